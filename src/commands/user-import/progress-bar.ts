/** Shows a progress bar on standard error, when that is a terminal. */
export async function progressBar(
  total: number,
): Promise<{ advance(bytes: number): void; stop(): void }> {
  if (!process.stderr.isTTY || total === 0)
    return { advance: () => undefined, stop: () => undefined };
  const { SingleBar, Presets } = (await import("cli-progress")).default;
  const bar = new SingleBar(
    {
      format: "{bar} {percentage} % · {duration_formatted} · {eta_formatted} left",
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: (bytes) => bar.increment(bytes), stop: () => bar.stop() };
}
