import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Makes the two files in the folder. */
export async function makeCertificate(
  folder: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  await promisify(execFile)("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "1",
    "-keyout",
    key,
    "-out",
    cert,
    ...names,
  ]);
  return { cert, key };
}

/** Makes an authority, and a server's certificate for these names that it has signed. */
export async function makeSignedCertificate(
  folder: string,
  names: string,
): Promise<{ readonly ca: string; readonly cert: string; readonly key: string }> {
  const openssl = (...words: string[]) => promisify(execFile)("openssl", words);
  const [ca, caKey, cert, key] = ["ca.pem", "ca-key.pem", "server.pem", "server-key.pem"].map(
    (name) => join(folder, name),
  ) as [string, string, string, string];
  const fresh = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "1",
  ];
  await openssl(...fresh, "-keyout", caKey, "-out", ca, "-subj", "/CN=authority of a test");
  await openssl(
    ...fresh,
    "-keyout",
    key,
    "-out",
    cert,
    "-subj",
    "/CN=server",
    "-addext",
    `subjectAltName=${names}`,
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    "-CA",
    ca,
    "-CAkey",
    caKey,
  );
  return { ca, cert, key };
}
