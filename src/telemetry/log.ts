// The logger. It owns the form of a line and what must never be in one, and must not know who logs.
import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

export type { Logger } from "pino";

/**
 * What is blotted out wherever it turns up; nothing logs a message or a header, so this is the
 * second fence.
 */
const SECRETS = [
  "password",
  "token",
  "secret",
  "authorization",
  "cookie",
  "code",
  "clientSecret",
  "accessToken",
  "refreshToken",
  "currentPassword",
  "newPassword",
];
/** Longer texts are cut, so that a line stays a line. */
const MAX_TEXT = 512;
/**
 * What waits for a slow reader at most; beyond it lines are dropped rather than requests held up.
 */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** How often the last lines are tried, a tenth of a second apart. */
const LAST_TRIES = 10;

/** What a pipe takes in one piece, POSIX. */
const PIPE_BUF = 4096;

const cut = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;

/** An error with its causes, without the texts of a query or a message. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  return {
    type: error.name,
    message: cut(error.message),
    stack: error.stack
      ?.split("\n")
      .slice(1, 12)
      .map((line) => cut(line.trim())),
    ...cause,
  };
}

/**
 * JSON lines on standard error, each with what is in `base`. Nobody waits for who reads them: what
 * is too much is dropped, and counted by `onDrop`. What is written at once is whole lines of at
 * most 4 KiB, which a pipe keeps together when several processes write to it.
 */
export function createLog(
  level: string,
  {
    onDrop = () => undefined,
    base = {},
  }: { readonly onDrop?: ((lines: number) => void) | undefined; readonly base?: object } = {},
): Logger {
  let patience = Infinity;
  const destination = pino.destination({
    fd: 2,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
    maxWrite: PIPE_BUF,
    retryEAGAIN: () => patience-- > 0,
  });
  destination.on("drop", () => onDrop(1));
  // Whoever asks node for this stream has a pipe or a socket refuse what it has no room for.
  // Otherwise a write keeps one of the few threads that hash passwords, and the process can't end
  // before somebody reads.
  void process.stderr;
  process.prependOnceListener("exit", () => {
    patience = LAST_TRIES;
    try {
      destination.flushSync();
    } catch {
      // Nobody reads.
    }
    destination.destroy();
  });
  return createLogTo(level, destination, base);
}

/** The same lines, elsewhere. */
export function createLogTo(
  level: string,
  destination: DestinationStream,
  base: object = {},
): Logger {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe },
      redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: "[secret]" },
    },
    destination,
  );
}
