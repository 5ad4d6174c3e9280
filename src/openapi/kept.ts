// The documents that the build has made, of a server with the standard settings. The first request
// would otherwise take a second of a core.
import type { JsonObject } from "@bufbuild/protobuf";
import type { ServerFacts } from "./document.ts";
import { introduction } from "./introduction.ts";

/** A document as far as it differs between servers of one build. */
interface Kept {
  readonly info: { readonly description: string };
  readonly servers: readonly JsonObject[];
  readonly tags: readonly { readonly name: string }[];
  readonly components: { readonly securitySchemes: JsonObject };
}

/** What follows the issuer in the URL of a kept document. */
const TOKEN_PATH = "/oauth2/token";

/**
 * Returns a document that the build has made as that of this server; undefined when this server has
 * other services. `scripts/build/first-run.ts` makes them.
 */
export function fromKept(
  text: string,
  { services, issuer, reflection }: Pick<ServerFacts, "services" | "issuer" | "reflection">,
): string | undefined {
  const kept = JSON.parse(text) as Kept;
  const { info, servers, tags, components } = kept;
  const isOfServices =
    tags.length === services.length &&
    tags.every(({ name }, index) => name === services[index]!.name);
  // The text of OpenAPI 3.0 has the summary before it.
  if (!isOfServices || !info.description.endsWith(introduction(reflection))) return undefined;
  const schemes = JSON.stringify(components.securitySchemes);
  const [, other] = new RegExp(`"tokenUrl":"([^"]+)${TOKEN_PATH}"`).exec(schemes)!;
  return JSON.stringify({
    ...kept,
    servers: servers.map((server) => ({ ...server, url: new URL(issuer).pathname })),
    components: {
      ...components,
      securitySchemes: JSON.parse(schemes.replaceAll(other!, () => issuer)) as JsonObject,
    },
  });
}
