import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  /** The notice on the profile; the count is a number or `9+`. */
  readonly waiting: (count: string) => string;
  readonly see: string;
  /** Read out after the count in the tab. */
  readonly count: string;
  readonly by: (name: string) => string;
  readonly byServer: string;
  readonly until: string;
  readonly accept: string;
  readonly decline: string;
  readonly gone: string;
  readonly sent: string;
  readonly withdraw: string;
  readonly exists: string;
  readonly declined: string;
  readonly notices: Readonly<Record<string, string>>;
}

export const invitationsMessages: Translations<Messages> = {
  en: {
    title: "Invitations",
    what:
      "You become a member only if you accept. If you decline, you are not invited to the same " +
      "community again for 30 days.",
    waiting: (count) => `Invitations to communities: ${count}.`,
    see: "See invitations",
    count: "invitations",
    by: (name) => `Invited by ${name}`,
    byServer: "Invited by the operator of the server",
    until: "Expires on",
    accept: "Accept",
    decline: "Decline",
    gone: "This invitation is no longer valid.",
    sent: "Pending invitations",
    withdraw: "Withdraw",
    exists: "This user is already invited.",
    declined: "This user has declined and can’t be invited again for 30 days.",
    notices: {
      accepted: "You are now a member.",
      declined: "Invitation declined.",
      invited: "Invitation sent. The user becomes a member after accepting it.",
      withdrawn: "Invitation withdrawn.",
    },
  },
  ru: {
    title: "Приглашения",
    what:
      "Вы станете участником, только если примете приглашение. Если откажетесь, вас не " +
      "пригласят в это же сообщество ещё 30 дней.",
    waiting: (count) => `Приглашения в сообщества: ${count}.`,
    see: "Посмотреть приглашения",
    count: "приглашения",
    by: (name) => `Приглашает ${name}`,
    byServer: "Приглашает оператор сервера",
    until: "Действует до",
    accept: "Принять",
    decline: "Отклонить",
    gone: "Это приглашение больше не действует.",
    sent: "Ожидающие приглашения",
    withdraw: "Отозвать",
    exists: "Этот пользователь уже приглашён.",
    declined: "Этот пользователь отказался. Пригласить его снова можно через 30 дней.",
    notices: {
      accepted: "Теперь вы участник сообщества.",
      declined: "Приглашение отклонено.",
      invited: "Приглашение отправлено. Пользователь станет участником, когда примет его.",
      withdrawn: "Приглашение отозвано.",
    },
  },
  zh: {
    title: "邀请",
    what: "只有接受邀请后，您才会成为成员。如果您拒绝，30 天内不会再次收到同一社群的邀请。",
    waiting: (count) => `待处理的社群邀请：${count}`,
    see: "查看邀请",
    count: "个邀请",
    by: (name) => `邀请人：${name}`,
    byServer: "由服务器运营方邀请",
    until: "有效期至",
    accept: "接受",
    decline: "拒绝",
    gone: "此邀请已失效。",
    sent: "待接受的邀请",
    withdraw: "撤回",
    exists: "该用户已被邀请。",
    declined: "该用户已拒绝邀请，30 天内不能再次邀请。",
    notices: {
      accepted: "您已成为社群成员。",
      declined: "邀请已拒绝。",
      invited: "邀请已发送。对方接受后即成为成员。",
      withdrawn: "邀请已撤回。",
    },
  },
};
