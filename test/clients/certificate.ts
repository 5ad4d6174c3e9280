import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
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

/** Makes a certificate that has expired, signed by the authority that is in the folder already. */
export async function makeExpiredCertificate(
  folder: string,
  names: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const openssl = (...words: string[]) => promisify(execFile)("openssl", words, { cwd: folder });
  const key = join(folder, "expired-key.pem");
  const fresh = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const subject = ["-subj", "/CN=server", "-addext", `subjectAltName=${names}`];
  await openssl(...fresh, ...subject, "-keyout", key, "-out", "expired.csr");
  const settings = ["database=index", "new_certs_dir=.", "serial=serial", "default_md=sha256"];
  const section = [...settings, "policy=policy", "copy_extensions=copy"].join("\n");
  const policy = "[policy]\ncommonName=supplied\n";
  await writeFile(join(folder, "ca.cnf"), `[ca]\ndefault_ca=own\n[own]\n${section}\n${policy}`);
  await writeFile(join(folder, "index"), "");
  await writeFile(join(folder, "serial"), "01\n");
  const authority = ["-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca-key.pem"];
  const times = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"];
  const files = ["-in", "expired.csr", "-out", "expired.pem", "-notext"];
  await openssl("ca", "-batch", ...authority, ...times, ...files);
  return { cert: join(folder, "expired.pem"), key };
}
