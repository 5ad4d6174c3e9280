import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly why: (app: string) => string;
  readonly none: string;
  readonly refused: string;
  readonly create: string;
  readonly name: string;
  readonly nameInvalid: string;
  readonly submit: string;
}

export const chooseCommunityMessages: Translations<Messages> = {
  en: {
    title: "Choose a community",
    why: (app) =>
      `${app} will get an access key to one community. Choose one of the communities that ` +
      "you administer.",
    none: "You don’t administer a suitable community. Create one to continue.",
    refused:
      "You don’t administer the community that the application requested. Choose another one.",
    create: "Create a community",
    name: "Community name",
    nameInvalid: "Enter a name of 1 to 128 characters.",
    submit: "Create and continue",
  },
  ru: {
    title: "Выберите сообщество",
    why: (app) =>
      `«${app}» получит ключ доступа к одному сообществу. Выберите одно из сообществ, ` +
      "которыми вы управляете.",
    none: "Вы не управляете подходящим сообществом. Создайте новое, чтобы продолжить.",
    refused: "Вы не управляете сообществом, которое запросило приложение. Выберите другое.",
    create: "Создать сообщество",
    name: "Название сообщества",
    nameInvalid: "В названии должно быть от 1 до 128 символов.",
    submit: "Создать и продолжить",
  },
  zh: {
    title: "选择社群",
    why: (app) => `“${app}”将获得一个社群的接入密钥。请从您管理的社群中选择一个。`,
    none: "您没有管理符合条件的社群。请创建一个以继续。",
    refused: "您不是该应用所请求社群的管理员，请选择其他社群。",
    create: "创建社群",
    name: "社群名称",
    nameInvalid: "名称长度须为 1 至 128 个字符。",
    submit: "创建并继续",
  },
};
