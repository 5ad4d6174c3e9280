// A certificate for 127.0.0.1 that nobody has signed, for tests of TLS.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Makes the two files in the folder. */
export async function makeCertificate(folder: string): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  await promisify(execFile)("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-keyout", key, "-out", cert, ...names]);
  return { cert, key };
}
