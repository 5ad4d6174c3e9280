// An answer with bytes that many answers have in common: they are sent as they lie in memory, never
// copied. It owns how that is said to whoever sends it, and must not know what the bytes are.

/** A response whose body is in `shared`; its own is empty. */
export class SharedResponse extends Response {
  readonly shared: Uint8Array;

  constructor(shared: Uint8Array, headers: Readonly<Record<string, string>>) {
    super(null, { headers });
    this.shared = shared;
  }
}
