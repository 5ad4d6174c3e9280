import {
  MAX_CONTACTS,
  MAX_POST_LOGOUT_URIS,
} from "../../domain/oauth/clients/settings/settings-rules.ts";
import type { Translations } from "../kit/language.ts";
import type { SettingsFieldName } from "./settings-fields.ts";

interface Messages {
  /** What is wrong with a field, where one text says it. */
  readonly wrong: Readonly<Partial<Record<SettingsFieldName, string>>>;
  /** For an address that this server calls. */
  readonly called: string;
  /** For an address that users open. */
  readonly shown: string;
  readonly choice: string;
  readonly tooMany: string;
  readonly software: string;
}

export const settingsComplaintMessages: Translations<Messages> = {
  en: {
    wrong: {
      sector_identifier_uri:
        "Enter an https address that answers with a JSON list of all redirect URIs of this " +
        "application. Pairwise identifiers need it if the redirect URIs have several hosts.",
      default_max_age: "Enter a number of seconds from 0 to 2147483647.",
      initiate_login_uri: "Enter an https address without a fragment (the part after #).",
      token_endpoint_auth_method:
        "private_key_jwt needs public keys: paste them, or enter their address. FAPI 2.0 needs " +
        "private_key_jwt.",
      jwks:
        "Paste JSON with 1 to 20 public keys: RSA of at least 2048 bits, EC (P-256, P-384, " +
        "P-521) or Ed25519, each with another kid and without private parts. Leave the address " +
        "empty.",
      security_profile:
        "FAPI 2.0 needs private_key_jwt with public keys, and no signature may be RS256.",
      authorization_details_types: "Enter 20 names of types at most, one per line.",
      contacts: `Enter ${MAX_CONTACTS} lines of 254 visible characters at most.`,
    },
    called:
      "Enter an https address without a fragment; http is allowed only for localhost, 127.0.0.1 " +
      "and [::1].",
    shown: "Enter an https address.",
    choice: "Choose one of the list.",
    tooMany: `Enter ${MAX_POST_LOGOUT_URIS} addresses at most.`,
    software: "Enter 128 visible characters at most.",
  },
  ru: {
    wrong: {
      sector_identifier_uri:
        "Введите адрес https, который возвращает список JSON всех Redirect URI приложения. Он " +
        "нужен для парных идентификаторов, если у Redirect URI разные узлы.",
      default_max_age: "Введите число секунд от 0 до 2147483647.",
      initiate_login_uri: "Введите адрес https без фрагмента (части после #).",
      token_endpoint_auth_method:
        "Для private_key_jwt нужны открытые ключи: вставьте их или введите их адрес. Для " +
        "FAPI 2.0 нужен private_key_jwt.",
      jwks:
        "Вставьте JSON с 1–20 открытыми ключами: RSA от 2048 бит, EC (P-256, P-384, P-521) или " +
        "Ed25519, у каждого свой kid, без закрытых частей. Адрес ключей оставьте пустым.",
      security_profile:
        "Для FAPI 2.0 нужен private_key_jwt с открытыми ключами, а подпись RS256 недопустима.",
      authorization_details_types: "Введите не более 20 названий типов, по одному в строке.",
      contacts: `Введите не более ${MAX_CONTACTS} строк до 254 видимых символов.`,
    },
    called:
      "Введите адрес https без фрагмента; http разрешён только для localhost, 127.0.0.1 и [::1].",
    shown: "Введите адрес https.",
    choice: "Выберите значение из списка.",
    tooMany: `Укажите не более ${MAX_POST_LOGOUT_URIS} адресов.`,
    software: "Введите не более 128 видимых символов.",
  },
  zh: {
    wrong: {
      sector_identifier_uri:
        "请输入一个 https 地址，它以 JSON 列表返回该应用的所有重定向 URI。" +
        "若重定向 URI 有多个主机，成对标识需要它。",
      default_max_age: "请输入 0 到 2147483647 之间的秒数。",
      initiate_login_uri: "请输入不含片段（# 之后的部分）的 https 地址。",
      token_endpoint_auth_method:
        "private_key_jwt 需要公钥：请粘贴公钥或填写其地址。FAPI 2.0 需要 private_key_jwt。",
      jwks:
        "请粘贴包含 1 至 20 个公钥的 JSON：至少 2048 位的 RSA、EC（P-256、P-384、P-521）或 Ed25519，" +
        "kid 各不相同且不含私钥部分，并将公钥地址留空。",
      security_profile: "FAPI 2.0 需要 private_key_jwt 和公钥，且签名不能使用 RS256。",
      authorization_details_types: "最多填写 20 个类型名称，每行一个。",
      contacts: `最多填写 ${MAX_CONTACTS} 行，每行不超过 254 个可见字符。`,
    },
    called: "请输入不含片段的 https 地址；http 仅限 localhost、127.0.0.1 和 [::1]。",
    shown: "请输入 https 地址。",
    choice: "请从列表中选择。",
    tooMany: `最多填写 ${MAX_POST_LOGOUT_URIS} 个地址。`,
    software: "最多 128 个可见字符。",
  },
};
