import type { DescMethod } from "@bufbuild/protobuf";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import * as reflectionAlpha from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import type { Domain } from "../create-domain.ts";
import { ticks } from "../domain/clock.ts";
import { createCrossOrigin } from "../http/cross-origin.ts";
import type { Callers } from "../http/cross-origin.ts";
import { readDeadline } from "../http/server/deadline.ts";
import { requestRecordOf } from "../http/server/request-record.ts";
import type { Handler, HttpRequest } from "../http/types.ts";
import type { ServiceBinding } from "../rpc/call.ts";

/** What is known of paths elsewhere. */
interface Paths {
  /** Returns the method that a verb and a path are bound to, or the path with another verb. */
  readonly methodAt: (verb: string, path: string) => DescMethod | undefined;
  /** Whether a page has the path. */
  readonly isPage: (path: string) => boolean;
}

/**
 * Metadata and keys are the same for every caller. A client that registers itself has no origin
 * that could be listed yet.
 */
const FOR_ALL: ReadonlySet<DescMethod> = new Set([
  OAuthService.method.getMetadata,
  OAuthService.method.getJwks,
  OAuthService.method.registerClient,
]);

/** Where clients look for metadata; what isn't there is answered to every origin too. */
const WELL_KNOWN = "/.well-known/";

/** The beginnings of REST paths, below which an unknown path is a mistake that a page may read. */
const REST = /^\/(?:v1|oauth2)\//;

const isDocumented = ({ parent }: DescMethod): boolean => parent.typeName.startsWith("legacy.");

/** Lets pages of other origins call what isn't a page and has no rules of its own. */
export function crossOrigin(
  { allowedOrigins }: Pick<Domain, "allowedOrigins">,
  bindings: readonly ServiceBinding[],
  { methodAt, isPage }: Paths,
): (handler: Handler) => Handler {
  const services = new Set(
    [
      ...bindings.map(({ service }) => service),
      Health,
      ServerReflection,
      reflectionAlpha.ServerReflection,
    ]
      .map(({ typeName }) => typeName)
      .filter((name) => !name.startsWith("legacy.")),
  );
  const forAll = new Set([...FOR_ALL].map(({ parent, name }) => `/${parent.typeName}/${name}`));
  const callersOf = (verb: string, path: string): Callers => {
    const method = methodAt(verb, path);
    if (method !== undefined) {
      if (isDocumented(method)) return "own";
      return FOR_ALL.has(method) ? "any" : "listed";
    }
    if (forAll.has(path)) return "any";
    if (services.has(path.slice(1, path.indexOf("/", 1)))) return "listed";
    if (isPage(path)) return "own";
    if (path.startsWith(WELL_KNOWN)) return "any";
    return REST.test(path) ? "listed" : "own";
  };
  return createCrossOrigin({
    callersOf,
    allows: (origin, request) => {
      const allowed = allowedOrigins.allows(origin, deadlineOf(request));
      if (typeof allowed === "boolean") return allowed;
      const askedAt = ticks();
      // The call that follows has only what is left of its time.
      return allowed.finally(() => (requestRecordOf(request).usedMs += ticks() - askedAt));
    },
  });
}

/** Returns when the client stops waiting; the call itself refuses what can't be read. */
function deadlineOf(request: HttpRequest): number | undefined {
  try {
    return readDeadline(request, ticks);
  } catch {
    return undefined;
  }
}
