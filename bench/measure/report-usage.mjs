// Preloaded into every process that is measured, ours and others': it says over the IPC channel
// what the process has used.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const thread = process.threadCpuUsage();
  process.send?.({
    cpu: user + system,
    system,
    thread: thread.user + thread.system,
    resident: process.memoryUsage.rss(),
  });
});
// No process stays alive to be asked.
process.channel?.unref();
