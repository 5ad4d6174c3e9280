import { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { LOOPBACK } from "../../config/database-url.ts";
import { DOCUMENTED_APIS } from "../../config/documented-apis.ts";
import type { Config } from "../../config/settings.ts";
import { systemClock } from "../../domain/clock.ts";
import { DAY } from "../../domain/durations.ts";
import type { DatabaseFacts } from "../../store/engine/diagnose.ts";
import { errorMessage } from "../cli/output.ts";
import { type Finding, subject } from "./finding.ts";

const { ok, warn, fail } = subject("predecessor");
const verifier = subject("verifier");

const SOON_DAYS = 30;
/** How long a connection may take. */
const CONNECT_MS = 3_000;
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** Connects to each server that an API is taken over from, without sending anything. */
export async function predecessors({ apis }: Config): Promise<Finding[]> {
  const findings = DOCUMENTED_APIS.map(async ({ name }) => {
    const { enabled, predecessor } = apis[name];
    if (!enabled || predecessor === undefined) return [];
    const { url, ca } = predecessor;
    const place = `${name}: ${url.origin}`;
    const setting = `${name.toUpperCase()}_PREDECESSOR`;
    const problem = await connectionProblem(url, ca);
    return [
      problem === undefined
        ? ok(`${place} takes the connection`)
        : fail(
            `${place} can't be used: ${problem}`,
            `see that it runs, that ${setting} names it, that no firewall is between, and with ` +
              `https that ${setting}_CA has its authority`,
          ),
      ...(url.protocol === "http:" && !LOOPBACK.test(url.hostname)
        ? [
            warn(
              `${name}: passwords go to ${url.host} in clear text`,
              `set ${setting} to an https address, or to a tunnel on this machine`,
            ),
          ]
        : []),
      ...(ca === undefined ? [] : authorityFindings(`${setting}_CA`, ca)),
    ];
  });
  return (await Promise.all(findings)).flat();
}

/** Connects to the system that checks passwords, without sending anything. */
export async function passwordVerifier({ passwordVerifyUrl: url }: Config): Promise<Finding[]> {
  if (url === undefined) return [];
  const problem = await connectionProblem(url, undefined);
  return [
    problem === undefined
      ? verifier.ok(`${url.host} takes the connection`)
      : verifier.fail(
          `${url.host} can't be used, so imported users without a hash can't sign in: ${problem}`,
          "see that it runs, that PASSWORD_VERIFY_URL names it, and that no firewall is between",
        ),
  ];
}

/** Reports stages that have no effect, and servers that are no longer asked. */
export function moves({ moves: { staged, open } }: DatabaseFacts, { apis }: Config): Finding[] {
  const predecessorOf = (text: string) => {
    const api = DOCUMENTED_APIS.find(({ name }) => name === text);
    return api && apis[api.name].predecessor;
  };
  return [
    ...staged
      .filter(({ api }) => predecessorOf(api) === undefined)
      .map(({ api, stage }) =>
        fail(
          `${api} is in ${stage}, but ${api.toUpperCase()}_PREDECESSOR is not set: ` +
            "Latchkey answers alone",
          `set it, or say so: latchkey predecessor stage ${api} own`,
        ),
      ),
    ...open.map((api) =>
      warn(
        `${api}: a server has stopped asking it, because it failed again and again (circuit open)`,
        "see why it fails; the server tries it every 5 seconds",
      ),
    ),
  ];
}

/** Reports when the authorities of a file end. */
function authorityFindings(setting: string, ca: Buffer): Finding[] {
  const ends = (ca.toString("latin1").match(CERTIFICATES) ?? []).map(
    (pem) => new X509Certificate(pem).validToDate,
  );
  const first = ends.toSorted((one, other) => one.getTime() - other.getTime())[0];
  if (first === undefined) return [];
  const left = Math.floor((first.getTime() - systemClock.now()) / DAY);
  const until = first.toISOString().slice(0, 10);
  const advice = "put the next authority beside it, and restart the server";
  // The connection says whether another authority of the file is good.
  if (left < 0) return [warn(`an authority of ${setting} was good until ${until}`, advice)];
  return left < SOON_DAYS
    ? [warn(`an authority of ${setting} is good until ${until} only`, advice)]
    : [ok(`the authorities of ${setting} are good until ${until}`)];
}

/** Connects, with TLS if the URL says so; returns why that failed. */
async function connectionProblem(
  { protocol, hostname, port }: URL,
  ca: Buffer | undefined,
): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const place = {
    host,
    port: port === "" ? (PORTS[protocol] ?? 0) : Number(port),
    // As the server itself connects, also if the environment waives certificates.
    rejectUnauthorized: true,
  };
  const isTls = protocol === "https:" || protocol === "grpcs:";
  try {
    await new Promise<void>((resolve, reject) => {
      const socket = isTls
        ? connectTls({ ...place, ...serverName(host), ...(ca !== undefined && { ca }) }, done)
        : connectTcp(place, done);
      const timer = setTimeout(() => socket.destroy(new Error("timeout")), CONNECT_MS);
      socket.on("error", reject);
      socket.on("close", () => clearTimeout(timer));
      function done(): void {
        socket.destroy();
        resolve();
      }
    });
    return undefined;
  } catch (error) {
    // Of a name with several addresses, the error has a code only.
    return errorMessage(error) || String((error as NodeJS.ErrnoException).code);
  }
}

/** TLS names a server by its name, never by its address (RFC 6066 section 3). */
const serverName = (host: string): { readonly servername?: string } =>
  isIP(host) === 0 ? { servername: host } : {};
