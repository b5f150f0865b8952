// Runs one of the real migrators, so that the harness's own can be held against them.
//
//   node migrate.mjs drizzle FOLDER      drizzle-orm's migrate()
//   node migrate.mjs drizzle-v1 FOLDER   that of drizzle-orm 1.0.0-rc.5
//   node migrate.mjs paperclip CLIENT    applyPendingMigrations() of @paperclipai/db's client.js at that path,
//                                        which reads the folder "migrations" beside itself
//
// The database is the one that DATABASE_URL and PG* name. Prints one line of JSON: {"ok": true, "ms": n}, or
// {"ok": false, "code": SQLSTATE or null, "message": text, "ms": n}; `ms` is what the migrator took. The exit
// status is 0 in both cases: that a migration fails is a result. Any other status means that this script is
// broken.
import { pathToFileURL } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const [runner, where] = process.argv.slice(2);
const url = process.env.DATABASE_URL;

async function connected(work) {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

// Each loads its modules, and returns what migrates: a module that does not load is no result.
const load = {
  drizzle: async () => () =>
    connected((client) => migrate(drizzle(client), { migrationsFolder: where })),
  "drizzle-v1": async () => {
    const v1 = await import("drizzle-orm-v1/postgres-js");
    const { migrate: migrateV1 } = await import("drizzle-orm-v1/postgres-js/migrator");
    return () => connected((client) => migrateV1(v1.drizzle({ client }), { migrationsFolder: where }));
  },
  paperclip: async () => {
    const { applyPendingMigrations } = await import(pathToFileURL(where).href);
    return () => applyPendingMigrations(url);
  },
}[runner];
if (load === undefined || where === undefined || url === undefined) {
  throw new Error("usage: DATABASE_URL=… node migrate.mjs drizzle|drizzle-v1|paperclip PATH");
}
const run = await load();

// drizzle-orm wraps the driver's error in one of its own.
function rootOf(error) {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

let outcome = { ok: true };
const start = performance.now();
try {
  await run();
} catch (error) {
  const root = rootOf(error);
  outcome = { ok: false, code: root.name === "PostgresError" ? root.code : null, message: root.message };
}
console.log(JSON.stringify({ ...outcome, ms: performance.now() - start }));
