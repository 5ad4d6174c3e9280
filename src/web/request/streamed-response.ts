/** A response whose body is sent while it is made, in `parts`; its own body is empty. */
export class StreamedResponse extends Response {
  readonly parts: AsyncIterable<Uint8Array>;

  constructor(parts: AsyncIterable<Uint8Array>, headers: Readonly<Record<string, string>>) {
    super(null, { headers });
    this.parts = parts;
  }
}
