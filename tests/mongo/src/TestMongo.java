import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.net.InetSocketAddress;
import org.h2.mvstore.MVStore;

/**
 * A MongoDB-compatible server for tests: TestMongo PORT [FILE [ADDRESS]]. Port 0 is a free one. Without a file it keeps
 * everything in memory. The address to listen at is 127.0.0.1 without one. Its first line is the address. It ends by a signal; what was acknowledged more than a few milliseconds
 * before a SIGKILL is in the file.
 */
public final class TestMongo {
    /** H2 writes in the background; its own default of a second would forget too much. */
    private static final int COMMIT_DELAY_MS = 5;

    private TestMongo() {
    }

    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        MVStore store = MVStore.open(args.length > 1 ? args[1] : null);
        store.setAutoCommitDelay(COMMIT_DELAY_MS);
        MongoServer server = new MongoServer(new H2Backend(store));
        server.bind(new InetSocketAddress(args.length > 2 ? args[2] : "127.0.0.1", port));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
        System.out.flush();
    }
}
