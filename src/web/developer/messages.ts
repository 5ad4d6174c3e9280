// The texts of the developer's start page and of what all pages of an application share.
import type { Translations } from "../kit/language.ts";

/** The pages of one application. */
export type ApplicationPage = "overview" | "settings" | "snippets" | "button";

interface Messages {
  readonly title: string;
  readonly why: string;
  readonly become: string;
  readonly becomeWhy: readonly string[];
  readonly none: string;
  readonly noneWhy: string;
  readonly register: string;
  readonly more: string;
  readonly created: string;
  readonly deleted: string;
  readonly back: string;
  readonly pages: Readonly<Record<ApplicationPage, string>>;
  readonly pagesOf: (app: string) => string;
}

export const developerMessages: Translations<Messages> = {
  en: {
    title: "Your applications",
    why: "An application signs its users in with this server and gets a token for each of them.",
    become: "Become a developer",
    becomeWhy: [
      "You get an id and a secret for each application that you register.",
      "Users are told that nobody has checked who is behind your application.",
      "You can delete your applications at any time.",
    ],
    none: "No application yet",
    noneWhy:
      "Register your first one: a name, the addresses that users come back to, and you get its keys.",
    register: "Register an application",
    more: "More applications",
    created: "Registered",
    deleted: "The application is deleted. Everything that it was given has ended.",
    back: "All applications",
    pages: {
      overview: "Overview",
      settings: "Settings",
      snippets: "Code",
      button: "Sign-in button",
    },
    pagesOf: (app) => `Pages of ${app}`,
  },
  ru: {
    title: "Ваши приложения",
    why: "Пользователи приложения входят через этот сервер, и на каждого оно получает токен.",
    become: "Стать разработчиком",
    becomeWhy: [
      "Каждое приложение, которое вы зарегистрируете, получит идентификатор и секрет.",
      "Пользователи видят, что приложение не проверено: кто за ним стоит, сервер не знает.",
      "Приложение можно удалить в любой момент.",
    ],
    none: "Приложений пока нет",
    noneWhy:
      "Зарегистрируйте первое: название, адреса, на которые возвращаются пользователи, — и вы получите ключи.",
    register: "Зарегистрировать приложение",
    more: "Ещё приложения",
    created: "Зарегистрировано",
    deleted: "Приложение удалено. Всё, что ему было выдано, больше не действует.",
    back: "Все приложения",
    pages: { overview: "Обзор", settings: "Настройки", snippets: "Код", button: "Кнопка входа" },
    pagesOf: (app) => `Страницы приложения ${app}`,
  },
  zh: {
    title: "您的应用",
    why: "应用的用户通过本服务器登录，应用为每位用户获得一个令牌。",
    become: "成为开发者",
    becomeWhy: [
      "您登记的每个应用都会获得一个 ID 和一个密钥。",
      "用户会被告知：没有人核实过您的应用背后是谁。",
      "您可以随时删除自己的应用。",
    ],
    none: "还没有应用",
    noneWhy: "登记您的第一个应用：填写名称和用户返回的地址，即可获得密钥。",
    register: "登记应用",
    more: "更多应用",
    created: "登记于",
    deleted: "应用已删除，它获得的一切授权均已失效。",
    back: "全部应用",
    pages: { overview: "概览", settings: "设置", snippets: "代码", button: "登录按钮" },
    pagesOf: (app) => `${app} 的页面`,
  },
};
