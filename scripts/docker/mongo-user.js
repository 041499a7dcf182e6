// Run once by the mongo image, while it makes a new database: the bot's user, who may use the bot's database alone.
db.getSiblingDB("admin").createUser({
    user: "techsupport",
    pwd: require("fs").readFileSync(process.env.BOT_PASSWORD_FILE, "utf8"),
    roles: [{ role: "readWrite", db: process.env.BOT_DATABASE }],
});
