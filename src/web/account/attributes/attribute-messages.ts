import type { ProfileText } from "../../../domain/accounts/attributes/user-profile.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly about: string;
  readonly none: string;
  readonly save: string;
  readonly cancel: string;
  readonly saved: string;
  readonly groups: { readonly person: string; readonly contact: string; readonly address: string };
  readonly labels: Readonly<Record<ProfileText, string>>;
  readonly hints: Partial<Readonly<Record<ProfileText, string>>>;
  /** What is wrong with a value; `unseen` for all others. */
  readonly wrong: Partial<Readonly<Record<ProfileText, string>>>;
  readonly unseen: string;
  readonly phoneVerified: string;
  readonly phoneNotVerified: string;
  readonly phoneVerifiedHint: string;
}

export const attributeMessages: Translations<Messages> = {
  en: {
    title: "Personal details",
    about:
      "All of this is optional. An application sees it only if you let it: name, picture, " +
      "language and time zone with the profile, phone number and address only when it asks for " +
      "them.",
    none: "Nothing yet",
    save: "Save details",
    cancel: "Cancel",
    saved: "Personal details saved.",
    groups: { person: "Person", contact: "Language and phone", address: "Postal address" },
    labels: {
      name: "Full name",
      givenName: "Given name",
      familyName: "Family name",
      picture: "Address of a picture",
      locale: "Language",
      zoneinfo: "Time zone",
      phoneNumber: "Phone number",
      formattedAddress: "Whole address",
      streetAddress: "Street and number",
      locality: "City",
      region: "State or region",
      postalCode: "Postal code",
      country: "Country",
    },
    hints: {
      picture: "Begins with https://",
      locale: "A language tag such as en or de-CH.",
      zoneinfo: "Such as Europe/Berlin.",
      phoneNumber: "With the country code, such as +49 30 12345678.",
      formattedAddress: "As on a letter, if the fields above can't say it.",
    },
    wrong: {
      picture: "Enter an address that begins with https://.",
      locale: "Enter a language tag such as en or de-CH.",
      zoneinfo: "Enter a time zone such as Europe/Berlin.",
      phoneNumber: "Enter a number with the country code, such as +49 30 12345678.",
    },
    unseen: "Remove the characters that are not visible.",
    phoneVerified: "Phone number verified",
    phoneNotVerified: "not verified",
    phoneVerifiedHint: "You know that the number is this user's. A new number ends it.",
  },
  ru: {
    title: "Личные данные",
    about:
      "Всё это необязательно. Приложение видит данные, только если вы разрешите: имя, фото, язык " +
      "и часовой пояс — вместе с профилем, телефон и адрес — только если оно их запросит.",
    none: "Пока ничего",
    save: "Сохранить данные",
    cancel: "Отмена",
    saved: "Личные данные сохранены.",
    groups: { person: "О человеке", contact: "Язык и телефон", address: "Почтовый адрес" },
    labels: {
      name: "Полное имя",
      givenName: "Имя",
      familyName: "Фамилия",
      picture: "Адрес фото",
      locale: "Язык",
      zoneinfo: "Часовой пояс",
      phoneNumber: "Телефон",
      formattedAddress: "Адрес целиком",
      streetAddress: "Улица и дом",
      locality: "Город",
      region: "Область или регион",
      postalCode: "Почтовый индекс",
      country: "Страна",
    },
    hints: {
      picture: "Начинается с https://",
      locale: "Код языка, например ru или de-CH.",
      zoneinfo: "Например, Europe/Moscow.",
      phoneNumber: "С кодом страны, например +7 495 123-45-67.",
      formattedAddress: "Как на конверте, если полей выше недостаточно.",
    },
    wrong: {
      picture: "Введите адрес, который начинается с https://.",
      locale: "Введите код языка, например ru или de-CH.",
      zoneinfo: "Введите часовой пояс, например Europe/Moscow.",
      phoneNumber: "Введите номер с кодом страны, например +7 495 123-45-67.",
    },
    unseen: "Уберите невидимые символы.",
    phoneVerified: "Телефон подтверждён",
    phoneNotVerified: "не подтверждён",
    phoneVerifiedHint: "Вы знаете, что это номер пользователя. С новым номером это отменяется.",
  },
  zh: {
    title: "个人信息",
    about:
      "以下内容均为选填。只有经您同意，应用才能看到：姓名、头像、语言和时区属于个人资料，" +
      "电话和地址仅在应用另行请求时提供。",
    none: "暂无",
    save: "保存信息",
    cancel: "取消",
    saved: "个人信息已保存。",
    groups: { person: "个人", contact: "语言和电话", address: "邮寄地址" },
    labels: {
      name: "全名",
      givenName: "名",
      familyName: "姓",
      picture: "头像网址",
      locale: "语言",
      zoneinfo: "时区",
      phoneNumber: "电话号码",
      formattedAddress: "完整地址",
      streetAddress: "街道和门牌号",
      locality: "城市",
      region: "省或地区",
      postalCode: "邮政编码",
      country: "国家",
    },
    hints: {
      picture: "以 https:// 开头",
      locale: "语言代码，例如 zh 或 de-CH。",
      zoneinfo: "例如 Asia/Shanghai。",
      phoneNumber: "包含国家代码，例如 +86 138 0013 8000。",
      formattedAddress: "如同信封上的写法，仅在以上各栏无法表达时填写。",
    },
    wrong: {
      picture: "请输入以 https:// 开头的网址。",
      locale: "请输入语言代码，例如 zh 或 de-CH。",
      zoneinfo: "请输入时区，例如 Asia/Shanghai。",
      phoneNumber: "请输入包含国家代码的号码，例如 +86 138 0013 8000。",
    },
    unseen: "请删除不可见的字符。",
    phoneVerified: "电话号码已验证",
    phoneNotVerified: "未验证",
    phoneVerifiedHint: "您确认该号码属于此用户。更换号码后失效。",
  },
};
