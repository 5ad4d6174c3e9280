// The clients that sign their users out, each with its program here.
import type { ClientRow } from "./client-row.ts";
import { type Result, runClient } from "./run-client.ts";
import type { SharedServer } from "./started-server.ts";

/** A client that signs its users out at the server. */
export interface LogoutRow extends ClientRow {
  /** Where the browser goes back to. */
  readonly signedOut: string;
  /** Where it takes logout tokens. */
  readonly backChannel?: string;
}

const LOGOUT = {
  language: "JavaScript",
  protocol: "logout",
  set: "nothing",
  registration: { scopes: ["openid", "profile"] },
} as const;

/** Those of npm. */
export const NPM_LOGOUT_ROWS: readonly LogoutRow[] = [
  {
    ...LOGOUT,
    client: "express-openid-connect",
    way: "site",
    program: "npm/logout/express-openid-connect.mjs",
    packages: ["express-openid-connect"],
    signedOut: "/signed-out",
    backChannel: "/backchannel-logout",
  },
  {
    ...LOGOUT,
    client: "openid-client 6",
    way: "code",
    program: "npm/logout/openid-client-6.mjs",
    packages: ["openid-client-6"],
    signedOut: "/callback/signed-out",
  },
];

/** Those of Debian, which `npm run clients` drives. */
export const DEBIAN_LOGOUT_ROWS: readonly LogoutRow[] = [
  {
    ...LOGOUT,
    client: "mod_auth_openidc",
    language: "C",
    way: "site",
    program: "debian/apache/logout.sh",
    packages: ["apache2-bin", "curl", "libapache2-mod-auth-openidc", "media-types"],
    signedOut: "/signed-out/",
    backChannel: "/callback?logout=backchannel",
  },
];

/** Runs a program whose client is registered for its addresses of logout. */
export const runLogout = (row: LogoutRow, server: SharedServer): Promise<Result> =>
  runClient(row, {
    ...server,
    register: (registration) => {
      const [redirectUri] = registration["redirectUris"] as readonly [string];
      const settings = {
        postLogoutRedirectUris: [new URL(row.signedOut, redirectUri).href],
        ...(row.backChannel !== undefined && {
          backchannelLogoutUri: new URL(row.backChannel, redirectUri).href,
        }),
      };
      return server.register({ ...registration, settings });
    },
  });
