import type { Config } from "../../config/settings.ts";
import { ConfigError } from "../../config/config-error.ts";
import { LOOPBACK } from "../../config/database-url.ts";
import { nearSettings } from "../../config/near-settings.ts";
import { brandOfSettings } from "../../create-domain/branding.ts";
import { givenSettings, SETTINGS } from "../../config/schema.ts";
import { readConfig } from "../../config/settings.ts";
import { type Finding, subject } from "./finding.ts";

const { ok, warn, fail } = subject("settings");

/** Reads the settings; reports each problem. */
export function settingsFindings(): {
  readonly config?: Config;
  readonly findings: readonly Finding[];
} {
  try {
    const config = readConfig();
    brandOfSettings(config.brand);
    const given = givenSettings();
    const names =
      given.length === 0
        ? "none is set: all have their defaults"
        : `${given.length} of ${Object.keys(SETTINGS).length} set: ${given.join(", ")}`;
    return { config, findings: [ok(names), ...near()] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      findings: [
        ...error.problems.map((problem) =>
          fail(problem, "set it as `latchkey --help` and docs/settings.md say"),
        ),
        ...near(),
      ],
    };
  }
}

/** Warns of variables that look like settings and are none. */
const near = (): Finding[] =>
  nearSettings().map(({ given, meant }) =>
    warn(`${given} is no setting, and is ignored`, `if it is for Latchkey: ${meant}`),
  );

/** Checks that PUBLIC_URL, which tokens and links carry, is set and encrypted. */
export function publicUrl({ publicUrl: address, tls, host }: Config): Finding {
  const outside = subject("public URL");
  if (address === undefined) {
    return LOOPBACK.test(host)
      ? outside.ok("not set; served to this machine only")
      : outside.warn(
          "PUBLIC_URL is not set, so tokens name the listening address as their issuer",
          "set it to the https address that clients use",
        );
  }
  const { protocol, hostname } = new URL(address);
  if (protocol === "https:")
    return outside.ok(`${address}${tls === undefined ? ", with TLS by a proxy" : ""}`);
  if (LOOPBACK.test(hostname)) return outside.ok(`${address}, on this machine`);
  return outside.fail(
    `${address} is not https: passwords and tokens go in clear text`,
    "put TLS before it and set PUBLIC_URL to the https address",
  );
}

/** Warns of a weak key of the server before secretpair, and of one that is accepted for ever. */
export function legacyTokens({ secretpair: { legacyJwt } }: Config): Finding[] {
  if (legacyJwt === undefined) return [];
  const tokens = subject("secretpair");
  return [
    ...(legacyJwt.isWeak
      ? [
          tokens.warn(
            "SECRETPAIR_LEGACY_JWT_SECRET has fewer than 32 bytes: a token reveals it to one who " +
              "tries long enough, and it signs for every user",
            "set SECRETPAIR_LEGACY_JWT_UNTIL to the earliest day that clients can bear",
          ),
        ]
      : []),
    ...(legacyJwt.until === undefined && !legacyJwt.signs
      ? [
          tokens.warn(
            "tokens of the server before are accepted without an end",
            "set SECRETPAIR_LEGACY_JWT_UNTIL to the day when the last of them has expired",
          ),
        ]
      : []),
  ];
}

/** Warns of a proxy that TRUSTED_PROXIES lacks: all users would share its limits. */
export function proxies({ publicUrl: address, tls, trustedProxies }: Config): Finding[] {
  const behind = address?.startsWith("https:") === true && tls === undefined;
  return behind && trustedProxies.length === 0
    ? [
        warn(
          "TRUSTED_PROXIES is empty, so all users have the proxy's address, and its limits",
          "set it to the addresses of the proxy",
        ),
      ]
    : [];
}
