// The partner's script in Python, as an actor.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Received } from "../../predecessors/documents.ts";
import { DJANGO_SECRET, type Person } from "../../predecessors/people.ts";
import type { Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";

interface Round {
  readonly answers: readonly (Received & { readonly route: string })[];
  readonly faults: readonly string[];
}

/** Which addresses and users the script has in its settings. */
export interface ScriptSettings {
  readonly partnerKey: string;
  readonly urls: { readonly kokids: string; readonly secretpair: string; readonly zimoxy: string };
  readonly people: Readonly<Record<"kokids" | "secretpair" | "zimoxy", Person>>;
}

/** A process of Debian's Python, with python3-requests and python3-jwt. */
export class PartnerScript implements Actor {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #witness: Witness;

  constructor(witness: Witness, { urls, people, partnerKey }: ScriptSettings) {
    this.#witness = witness;
    const program = join(import.meta.dirname, "../clients/forms.py");
    this.#child = spawn("/usr/bin/python3", [program], {
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        KOKIDS_URL: urls.kokids,
        SECRETPAIR_URL: urls.secretpair,
        ZIMOXY_URL: urls.zimoxy,
        JWT_SECRET: DJANGO_SECRET,
        PARTNER_KEY: partnerKey,
        PEOPLE: JSON.stringify(people),
      },
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async episode(): Promise<void> {
    this.#child.stdin.write("play\n");
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the script in Python has ended");
    const { answers, faults } = JSON.parse(value) as Round;
    for (const { route, ...received } of answers) this.#witness.note(route, received);
    for (const fault of faults) this.#witness.fault(fault);
  }

  check(): Promise<void> {
    return this.episode();
  }

  close(): void {
    this.#child.stdin.end();
  }
}
