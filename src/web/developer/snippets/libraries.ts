import type { Client } from "../../../domain/model.ts";
import { apacheModule } from "./apache.ts";
import { authJs } from "./auth-js.ts";
import { authlib } from "./authlib.ts";
import { express } from "./express.ts";
import { fittingCallback, libraryFacts, kindsOf, type Library } from "./facts.ts";
import { goOidc } from "./go-oidc.ts";
import { mcp } from "./mcp.ts";
import { oidcClientTs } from "./oidc-client-ts.ts";
import { omniauth } from "./omniauth.ts";
import { openidClient } from "./openid-client.ts";

/** Every library, in the order of the page. */
export const LIBRARIES: readonly Library[] = [
  ...openidClient,
  ...express,
  ...authJs,
  ...oidcClientTs,
  ...authlib,
  ...goOidc,
  ...omniauth,
  ...apacheModule,
  ...mcp,
];

/** The code of a library on the page. */
export interface LibraryCode extends Pick<Library, "name" | "title" | "platform"> {
  readonly code: string;
  /** The redirect URI that the code uses and the application lacks. */
  readonly missing?: string;
}

/** Returns the code of the libraries that fit an application, or why none does. */
export function librariesOf(
  client: Client,
  issuer: string,
): readonly LibraryCode[] | "strict" | "no-openid" {
  const kinds = kindsOf(client);
  if (typeof kinds === "string") return kinds;
  return LIBRARIES.filter(({ kind }) => kinds.includes(kind)).map((library) => {
    const { name, title, platform, kind, code } = library;
    const { callback, isRegistered } = fittingCallback(client, library);
    const isNeeded = kind !== "device" && kind !== "machine" && name !== "mcp-server";
    return {
      name,
      title,
      platform,
      code: code(libraryFacts(client, issuer, callback)),
      ...(isNeeded && !isRegistered && { missing: callback }),
    };
  });
}
