import { DAY } from "../../domain/durations.ts";
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Config } from "../../config/settings.ts";
import { systemClock } from "../../domain/clock.ts";
import { type Finding, subject } from "./finding.ts";

const SOON_DAYS = 14;

export function certificate({ tls, publicUrl }: Config): Finding[] {
  if (tls === undefined) return [];
  const { ok, warn, fail } = subject("certificate");
  const leaf = new X509Certificate(tls.cert);
  const left = Math.floor((leaf.validToDate.getTime() - systemClock.now()) / DAY);
  const until = leaf.validToDate.toISOString().slice(0, 10);
  const dates = (): Finding => {
    if (leaf.validFromDate.getTime() > systemClock.now())
      return fail(
        `TLS_CERT is good only from ${leaf.validFromDate.toISOString()}`,
        "wait, set the clock, or use another",
      );
    if (left < 0)
      return fail(`TLS_CERT was good until ${until}`, "renew it, then send the server SIGHUP");
    return left < SOON_DAYS
      ? warn(`TLS_CERT is good until ${until} only`, "renew it, then send the server SIGHUP")
      : ok(`good until ${until}`);
  };
  const host =
    publicUrl === undefined ? undefined : new URL(publicUrl).hostname.replace(/^\[|\]$/g, "");
  const matches =
    host === undefined ||
    (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined;
  return [
    dates(),
    ...(matches
      ? []
      : [
          fail(
            `TLS_CERT is not for ${host}, the host of PUBLIC_URL`,
            "get one for that name, or correct PUBLIC_URL",
          ),
        ]),
  ];
}
