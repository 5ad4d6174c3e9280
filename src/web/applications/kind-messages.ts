import type { ApplicationType } from "../../domain/oauth/clients/client-settings.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly choose: string;
  readonly other: string;
  readonly kind: string;
  readonly unknown: string;
  readonly names: Readonly<Record<ApplicationType, string>>;
  /** What each kind is for. */
  readonly uses: Readonly<Record<ApplicationType, string>>;
  readonly withSecret: string;
  readonly withKey: string;
  readonly withoutSecret: string;
}

export const kindMessages: Translations<Messages> = {
  en: {
    choose: "What kind of application is it?",
    other: "Choose another kind",
    kind: "Kind of application",
    unknown: "Not specified",
    names: {
      web: "Web application",
      single_page: "Single-page application",
      native: "Native application",
      device: "Device",
      machine: "Machine",
      mcp: "MCP client",
    },
    uses: {
      web: "Signs users in on a website whose server keeps a secret.",
      single_page: "Signs users in on pages that run in the browser, without a server.",
      native: "Signs users in on a phone or a computer, through the browser of the system.",
      device: "Signs users in on a TV or a tool without a browser: they confirm on their phone.",
      machine: "Acts for itself, without users: a service, a script or a scheduled task.",
      mcp: "Connects an assistant to MCP servers for its user (Model Context Protocol).",
    },
    withSecret: "confidential, with a client secret",
    withKey: "confidential, with a key of its own",
    withoutSecret: "public, without a client secret",
  },
  ru: {
    choose: "Какое это приложение?",
    other: "Выбрать другой вид",
    kind: "Вид приложения",
    unknown: "Не указан",
    names: {
      web: "Веб-приложение",
      single_page: "Одностраничное приложение",
      native: "Нативное приложение",
      device: "Устройство",
      machine: "Сервис",
      mcp: "Клиент MCP",
    },
    uses: {
      web: "Выполняет вход пользователей на сайте, сервер которого хранит секрет.",
      single_page: "Выполняет вход на страницах, которые работают в браузере без сервера.",
      native: "Выполняет вход на телефоне или компьютере через системный браузер.",
      device:
        "Выполняет вход на телевизоре или в программе без браузера: вход подтверждают на телефоне.",
      machine: "Действует от своего имени, без пользователей: сервис, скрипт или задание.",
      mcp: "Подключает ассистента к серверам MCP от имени пользователя (Model Context Protocol).",
    },
    withSecret: "конфиденциальное, с секретом",
    withKey: "конфиденциальное, со своим ключом",
    withoutSecret: "публичное, без секрета",
  },
  zh: {
    choose: "这是哪一类应用？",
    other: "选择其他类型",
    kind: "应用类型",
    unknown: "未指定",
    names: {
      web: "Web 应用",
      single_page: "单页应用",
      native: "原生应用",
      device: "设备",
      machine: "服务",
      mcp: "MCP 客户端",
    },
    uses: {
      web: "用户在网站上登录，其服务器保存密钥。",
      single_page: "用户在浏览器中运行、没有服务器的页面上登录。",
      native: "用户在手机或电脑上通过系统浏览器登录。",
      device: "用户在电视或没有浏览器的工具上登录，并在手机上确认。",
      machine: "以自身名义运行，没有用户：服务、脚本或定时任务。",
      mcp: "代表用户将助手连接到 MCP 服务器（Model Context Protocol）。",
    },
    withSecret: "机密应用，有客户端密钥",
    withKey: "机密应用，使用自己的密钥对",
    withoutSecret: "公开应用，无客户端密钥",
  },
};
