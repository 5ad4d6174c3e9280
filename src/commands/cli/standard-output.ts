/** Exit code: the reader of the output is gone, as shells count a process that SIGPIPE ended. */
const UNREAD = 141;
/** Exit code: the output can't be written, for example to a full disk. */
const UNWRITTEN = 1;

/**
 * Ends a command without a word when the reader of its output is gone, as `latchkey doctor | head`
 * does. Another failure of the output, such as a full disk, is a failure of the command.
 */
export function guardOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(UNREAD);
    process.stderr.write(`The output can't be written: ${error.message}\n`);
    process.exit(UNWRITTEN);
  });
  ignoreUnreadMessages();
}

/** Lets a server serve on when the reader of what it prints is gone. */
export function ignoreUnreadOutput(): void {
  process.stdout.on("error", () => undefined);
  ignoreUnreadMessages();
}

/** Messages are for people; without a reader the work goes on. */
function ignoreUnreadMessages(): void {
  process.stderr.on("error", () => undefined);
}
