import { type AnyDesc, type DescExtension, getOption } from "@bufbuild/protobuf";

/** The values that were decoded, by the extension and then by what bears them. */
const decoded = new WeakMap<DescExtension, WeakMap<AnyDesc, unknown>>();

/**
 * Returns an option of the contract, as `getOption` does. It decodes each once: bindings ask for
 * the same option of a service or a field many times.
 */
export const optionOf = ((desc, option) => {
  const values = decoded.get(option) ?? new WeakMap<AnyDesc, unknown>();
  decoded.set(option, values);
  if (!values.has(desc)) values.set(desc, getOption(desc, option));
  return values.get(desc);
}) as typeof getOption;
