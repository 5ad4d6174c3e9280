import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly current: string;
  readonly website: string;
  readonly api: (name: string) => string;
  readonly unknown: string;
  readonly since: string;
  readonly lastUsed: string;
  readonly end: string;
  readonly endOthers: string;
  readonly endAll: string;
  readonly notices: Readonly<Record<string, string>>;
}

export const sessionsMessages: Translations<Messages> = {
  en: {
    title: "Where you’re signed in",
    what: "If you don’t recognise a device, end its session and change your password.",
    current: "This device",
    website: "This site",
    api: (name) => `API ${name}`,
    unknown: "Unknown device",
    since: "Signed in on",
    lastUsed: "last used",
    end: "End session",
    endOthers: "End all other sessions",
    endAll: "End all sessions, including this one",
    notices: { ended: "Session ended.", "others-ended": "All other sessions were ended." },
  },
  ru: {
    title: "Активные сеансы",
    what: "Если вы не узнаёте устройство, завершите его сеанс и смените пароль.",
    current: "Это устройство",
    website: "Этот сайт",
    api: (name) => `API ${name}`,
    unknown: "Неизвестное устройство",
    since: "Вход:",
    lastUsed: "последняя активность:",
    end: "Завершить сеанс",
    endOthers: "Завершить все остальные сеансы",
    endAll: "Завершить все сеансы, включая этот",
    notices: { ended: "Сеанс завершён.", "others-ended": "Все остальные сеансы завершены." },
  },
  zh: {
    title: "登录会话",
    what: "如果有您不认识的设备，请结束其会话并修改密码。",
    current: "本设备",
    website: "本网站",
    api: (name) => `API ${name}`,
    unknown: "未知设备",
    since: "登录于",
    lastUsed: "最近活动：",
    end: "结束会话",
    endOthers: "结束其他所有会话",
    endAll: "结束所有会话（包括本设备）",
    notices: { ended: "会话已结束。", "others-ended": "其他会话均已结束。" },
  },
};
