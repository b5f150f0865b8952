// Puts the companion fix into a running server: an update that opens a workspace also clears what closed it.
//
//   CLOSED_STATE_FIX=service node --import ./fix.mjs path/to/server.js    every caller of the service
//   CLOSED_STATE_FIX=route   node --import ./fix.mjs path/to/server.js    the PATCH route alone
//
// Nothing on disk is edited: imports of the service are answered with a module of ours that wraps it. The
// server stops before it takes its first request when there was nothing to wrap.

import { Server } from "node:http";
import { registerHooks } from "node:module";

const SERVICE = "/services/execution-workspaces.js";
const INDEX = "/services/index.js";
const ROUTE = "/routes/execution-workspaces.js";
const WRAPPED = "?closed-state-fix";
const DONE = Symbol.for("closed-state-fix");

const where = process.env.CLOSED_STATE_FIX;
if (where !== "service" && where !== "route") {
  stop(`CLOSED_STATE_FIX is ${JSON.stringify(where)}; it has to be "service" or "route"`);
}

function stop(reason) {
  process.stderr.write(`closed-state-fix: ${reason}\n`);
  process.exit(1);
}

globalThis[DONE] = {
  wrapped: false,
  wrap(create, url) {
    if (typeof create !== "function") {
      stop(`${url} exports no function executionWorkspaceService; the fix does not fit this version`);
    }
    globalThis[DONE].wrapped = true;
    return (...given) => {
      const service = create(...given);
      if (typeof service.update !== "function") {
        stop(`${url}: the service has no update(id, patch); the fix does not fit this version`);
      }
      return { ...service, update: (id, patch) => service.update(id, reopened(patch)) };
    };
  },
};

function reopened(patch) {
  return ["active", "idle", "in_review"].includes(patch?.status)
    ? { ...patch, closedAt: null, cleanupReason: null, cleanupEligibleAt: null }
    : patch;
}

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const importer = context.parentURL ?? "";
    const meant =
      where === "service"
        ? found.url.endsWith(SERVICE) && !importer.endsWith(WRAPPED)
        : found.url.endsWith(INDEX) && importer.endsWith(ROUTE);
    return meant ? { ...found, url: found.url + WRAPPED, format: "module" } : found;
  },
  load(url, context, next) {
    if (!url.endsWith(WRAPPED)) return next(url, context);
    const real = JSON.stringify(url.slice(0, -WRAPPED.length));
    const source = `
      import * as real from ${real};
      export * from ${real};
      const fix = globalThis[Symbol.for("closed-state-fix")];
      let wrapped;
      export function executionWorkspaceService(...given) {
        wrapped ??= fix.wrap(real.executionWorkspaceService, ${real});
        return wrapped(...given);
      }
      `;
    return { format: "module", source, shortCircuit: true };
  },
});

// The app is made, and with it every router and its service, before an HTTP server listens.
const listen = Server.prototype.listen;
Server.prototype.listen = function (...given) {
  if (!globalThis[DONE].wrapped) {
    const path = where === "service" ? SERVICE : `${INDEX} from ${ROUTE}`;
    stop(`nothing was wrapped: no module imported and used ${path}; the fix does not fit this version`);
  }
  return listen.apply(this, given);
};
