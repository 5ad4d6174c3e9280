// Liveness and readiness for whoever starts and stops the process. It owns the two paths and must not know
// what makes the server ready.
/** As much of node's two kinds of requests as is needed here. */
interface Request {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
}
/** As much of node's two kinds of responses as is needed here. */
interface Response {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/** Answers `/healthz` and `/readyz`; everything else goes to `next`. */
export function createProbes<Req extends Request, Res extends Response>({ ready, next }: { ready: () => Promise<boolean>; next: (request: Req, response: Res) => unknown }) {
  const probes = new Map<string | undefined, () => Promise<boolean>>([
    ["/healthz", () => Promise.resolve(true)],
    ["/readyz", () => ready().catch(() => false)],
  ]);
  return (request: Req, response: Res): unknown => {
    const probe = probes.get(request.url);
    if (probe === undefined || (request.method !== "GET" && request.method !== "HEAD")) return next(request, response);
    return probe().then((good) => {
      response.writeHead(good ? 200 : 503, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
      response.end(request.method === "HEAD" ? "" : JSON.stringify({ status: good ? "ok" : "unavailable" }));
    });
  };
}
