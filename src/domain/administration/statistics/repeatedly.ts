import { IdentityError } from "../../errors.ts";

/**
 * Does work at once, and again so long after its end, until the returned function is called. The
 * next run tries again after a failure. The calls themselves report a database that is away.
 */
export function repeatedly(
  work: (stopped: () => boolean) => Promise<unknown>,
  everyMs: number,
  onFault: (error: unknown) => void,
): () => void {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const next = async (): Promise<void> => {
    await work(() => isStopped).catch((error: unknown) => {
      if (!isStopped && !(error instanceof IdentityError)) onFault(error);
    });
    if (!isStopped) timer = setTimeout(() => void next(), everyMs).unref();
  };
  timer = setTimeout(() => void next(), 0).unref();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
