/** A response that shares its body in `shared`; its own body is empty. */
export class SharedResponse extends Response {
  readonly shared: Uint8Array;

  constructor(shared: Uint8Array, headers: Readonly<Record<string, string>>) {
    super(null, { headers });
    this.shared = shared;
  }
}
