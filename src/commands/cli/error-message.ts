// What is wrong, in one line for whoever runs a command. It must not know the command.

/** The messages of an error down to its first cause, without stacks. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error
    ? error.cause instanceof Error
      ? `${error.message} (${errorMessage(error.cause)})`
      : error.message
    : String(error);
