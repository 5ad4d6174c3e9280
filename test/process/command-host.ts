// Runs commands one after the other in one process: most of what a command costs is its start.
import { Writable } from "node:stream";
import { runCommand } from "../../src/commands/cli/command-line.ts";

/** A command to run. */
interface Asked {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How it has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Thrown in place of the end of the process. */
class Exit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** What is written to it. */
class Output extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

async function execute({ words, environment }: Asked): Promise<Ended> {
  const [stdout, stderr] = [new Output(), new Output()];
  Object.defineProperties(process, {
    stdout: { value: stdout, configurable: true },
    stderr: { value: stderr, configurable: true },
  });
  process.env = { PATH: process.env.PATH, ...environment };
  process.exitCode = undefined;
  let code: number | undefined;
  try {
    await runCommand(words);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    code = error.code;
  }
  return { code: code ?? Number(process.exitCode ?? 0), stdout: stdout.text, stderr: stderr.text };
}

const { exit } = process;
process.exit = (code) => {
  throw new Exit(Number(code ?? process.exitCode ?? 0));
};
// Every command may listen for the end of the process.
process.setMaxListeners(0);
let last: Promise<unknown> = Promise.resolve();
process.on("message", ({ id, asked }: { readonly id: number; readonly asked: Asked }) => {
  last = last.then(async () => process.send!({ id, ended: await execute(asked) }));
});
process.on("disconnect", () => exit(0));
