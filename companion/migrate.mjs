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

async function viaDrizzle(migrationsFolder) {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}

async function viaDrizzleV1(migrationsFolder) {
  const v1 = await import("drizzle-orm-v1/postgres-js");
  const { migrate: migrateV1 } = await import("drizzle-orm-v1/postgres-js/migrator");
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await migrateV1(v1.drizzle({ client }), { migrationsFolder });
  } finally {
    await client.end();
  }
}

async function viaPaperclip(client) {
  const { applyPendingMigrations } = await import(pathToFileURL(client).href);
  await applyPendingMigrations(url);
}

const run = { drizzle: viaDrizzle, "drizzle-v1": viaDrizzleV1, paperclip: viaPaperclip }[runner];
if (run === undefined || where === undefined || url === undefined) {
  throw new Error("usage: DATABASE_URL=… node migrate.mjs drizzle|drizzle-v1|paperclip PATH");
}

// drizzle-orm wraps the driver's error in one of its own.
function rootOf(error) {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

let outcome = { ok: true };
const start = performance.now();
try {
  await run(where);
} catch (error) {
  const root = rootOf(error);
  outcome = { ok: false, code: root.name === "PostgresError" ? root.code : null, message: root.message };
}
console.log(JSON.stringify({ ...outcome, ms: performance.now() - start }));
