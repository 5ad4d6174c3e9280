import { type FileHandle, open, rm, stat } from "node:fs/promises";
import type { ImportProblem } from "../../domain/accounts/import/user-imports.ts";

export class ReportFile {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens the file, which must hold the first `kept` bytes from the time before. */
  static async open(path: string, kept: number): Promise<ReportFile> {
    if (
      kept >
      (await stat(path).then(
        ({ size }) => size,
        () => 0,
      ))
    )
      throw new Error(
        `${path} is not the report that this import began: ` +
          "name the same file with --errors, or begin again with --no-resume",
      );
    return new ReportFile(path, await open(path, kept === 0 ? "w" : "r+", 0o600));
  }

  /**
   * Writes the problems after the first `after` bytes and drops the rest. Returns the new length
   * when it is on the disk.
   */
  async write(after: number, problems: readonly ImportProblem[]): Promise<number> {
    const bytes = Buffer.from(problems.map((problem) => `${JSON.stringify(problem)}\n`).join(""));
    if (bytes.length === 0) return after;
    await this.#file.truncate(after);
    await this.#file.write(bytes, 0, bytes.length, after);
    await this.#file.datasync();
    return after + bytes.length;
  }

  /** Closes the file, and deletes it when it is empty. */
  async close(length: number): Promise<void> {
    await this.#file.truncate(length);
    await this.#file.close();
    if (length === 0) await rm(this.#path);
  }
}
