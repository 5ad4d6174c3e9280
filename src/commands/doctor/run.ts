import { printJson } from "../cli/output.ts";
import { dataDirectory } from "./data-dir.ts";
import { database } from "./database.ts";
import type { Finding } from "./finding.ts";
import { argon2Finding, files, lanes, memory, node } from "./machine.ts";
import { mail } from "./mail.ts";
import { passwordVerifier, predecessors } from "./predecessors.ts";
import { metricsPort, port } from "./port.ts";
import { legacyTokens, proxies, publicUrl, settingsFindings } from "./settings.ts";
import { certificate } from "./tls.ts";

/** Prints each finding and changes nothing; exits with 1 when any is a failure. */
export async function examine({ json }: { readonly json?: true }): Promise<void> {
  const { config, findings: read } = settingsFindings();
  const findings: Finding[] = [node(), memory(), ...files(), await argon2Finding(), ...read];
  if (config !== undefined) {
    findings.push(
      publicUrl(config),
      ...proxies(config),
      ...legacyTokens(config),
      ...certificate(config),
      ...(await mail(config)),
      ...(await predecessors(config)),
      ...(await passwordVerifier(config)),
      lanes(config.hashLanes),
    );
    if (config.database.kind === "sqlite") findings.push(...dataDirectory(config));
    findings.push(...(await database(config)), await port(config), await metricsPort(config));
  }
  if (json) printJson(findings);
  else for (const finding of findings) process.stdout.write(lineOf(finding));
  if (findings.some(({ level }) => level === "fail")) process.exitCode = 1;
}

function lineOf({ level, subject, text, advice }: Finding): string {
  const line = `${level.padEnd(6)}${subject.padEnd(13)}${text}\n`;
  return advice === undefined ? line : `${line}${" ".repeat(19)}→ ${advice}\n`;
}
