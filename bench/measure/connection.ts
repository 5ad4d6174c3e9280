// One connection of the load: a request, then its answer, then the next.

export interface Request {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  /** Of HTTP; over gRPC 200 when grpc-status is 0. */
  readonly status: number;
  readonly body: Buffer;
  /** Whether a 429 of HTTP/1.1 says when to try again. */
  readonly saysWhen?: boolean;
}

export interface Connection {
  send(request: Request): Promise<Answer>;
  close(): void;
}
