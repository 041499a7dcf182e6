/* The codes are those of the server's src/mongo/base/error_codes.yml. The driver sends a write a second time by itself
 * (retryWrites) and reports only how that went: a server that is no primary refuses at once, but the first try may have
 * been done by the one before. So whatever could follow such a first try is UNKNOWN. */
#include "db/mongo/errors.h"

static const struct {
    uint32_t code;
    enum status status;
} codes[] = {
    {11000, STATUS_CONFLICT},   /* DuplicateKey */
    {11001, STATUS_CONFLICT},   /* the same from an old mongos */
    {12582, STATUS_CONFLICT},   /* the same */
    {10107, STATUS_UNKNOWN},    /* NotWritablePrimary */
    {13435, STATUS_UNKNOWN},    /* NotPrimaryNoSecondaryOk */
    {10058, STATUS_UNKNOWN},    /* NotPrimaryOrSecondary, of old servers */
    {13436, STATUS_UNKNOWN},    /* NotPrimaryOrSecondary */
    {13, STATUS_UNAVAILABLE},   /* Unauthorized */
    {18, STATUS_UNAVAILABLE},   /* AuthenticationFailed */
    {8000, STATUS_UNAVAILABLE}, /* Atlas: authentication, quota */
    {14031, STATUS_UNKNOWN},    /* OutOfDiskSpace */
    {112, STATUS_UNKNOWN},      /* WriteConflict */
    {24, STATUS_UNKNOWN},       /* LockTimeout */
    {133, STATUS_UNKNOWN},      /* FailedToSatisfyReadPreference */
    {6, STATUS_UNKNOWN},        /* HostUnreachable: from mongos to a shard */
    {7, STATUS_UNKNOWN},        /* HostNotFound */
    {50, STATUS_UNKNOWN},       /* MaxTimeMSExpired */
    {64, STATUS_UNKNOWN},       /* WriteConcernFailed */
    {89, STATUS_UNKNOWN},       /* NetworkTimeout */
    {91, STATUS_UNKNOWN},       /* ShutdownInProgress */
    {100, STATUS_UNKNOWN},      /* UnsatisfiableWriteConcern */
    {134, STATUS_UNKNOWN},      /* ReadConcernMajorityNotAvailableYet */
    {189, STATUS_UNKNOWN},      /* PrimarySteppedDown */
    {262, STATUS_UNKNOWN},      /* ExceededTimeLimit */
    {317, STATUS_UNKNOWN},      /* ConnectionPoolExpired */
    {9001, STATUS_UNKNOWN},     /* SocketException */
    {11600, STATUS_UNKNOWN},    /* InterruptedAtShutdown */
    {11601, STATUS_UNKNOWN},    /* Interrupted */
    {11602, STATUS_UNKNOWN},    /* InterruptedDueToReplStateChange */
};

static enum status status_of_code(uint32_t code) {
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].code == code)
            return codes[i].status;
    return STATUS_DAMAGED;
}

/* Of a stream's failures only these come before anything was sent. */
static bool before_sending(uint32_t code) {
    return code == MONGOC_ERROR_STREAM_NAME_RESOLUTION || code == MONGOC_ERROR_STREAM_CONNECT ||
           code == MONGOC_ERROR_STREAM_INVALID_TYPE;
}

static enum status status_of(const bson_error_t *reason) {
    switch (reason->domain) {
    case MONGOC_ERROR_SERVER_SELECTION:
    case MONGOC_ERROR_CLIENT: /* authentication, handshake, pool */
    case MONGOC_ERROR_SASL:
    case MONGOC_ERROR_SCRAM:
        return STATUS_UNAVAILABLE;
    case MONGOC_ERROR_STREAM:
        return before_sending(reason->code) ? STATUS_UNAVAILABLE : STATUS_UNKNOWN;
    case MONGOC_ERROR_WRITE_CONCERN:
    case MONGOC_ERROR_PROTOCOL:
        return STATUS_UNKNOWN;
    default:
        return status_of_code(reason->code);
    }
}

/* A server's text may quote what people wrote (a duplicate key, a value that does not fit): it is left out. */
static enum status report(const bson_error_t *reason, enum status status, struct error *error) {
    bool quotes = reason->domain == MONGOC_ERROR_SERVER || reason->domain == MONGOC_ERROR_COMMAND;
    return error_set(error, status, "MongoDB: error %u of domain %u%s%s", reason->code, reason->domain,
                     quotes ? "" : ": ", quotes ? "" : reason->message);
}

enum status mongo_write_status(const bson_error_t *reason, struct error *error) {
    return report(reason, status_of(reason), error);
}

enum status mongo_read_status(const bson_error_t *reason, struct error *error) {
    enum status status = status_of(reason);
    return report(reason, status == STATUS_UNKNOWN ? STATUS_UNAVAILABLE : status, error);
}
