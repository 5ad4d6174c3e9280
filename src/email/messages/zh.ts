import type { LetterMessages } from "./letter-messages.ts";

export const chineseLetters: LetterMessages = {
  "sign-up": ({ host }) => ({
    subject: "验证您的邮箱地址",
    text: `我们收到了使用此邮箱在 ${host} 注册账号的请求。`,
    action: "验证邮箱",
    after: [
      "链接仅可使用一次，24 小时内有效。打开后需输入注册时设置的密码。",
      "如非本人操作，请忽略此邮件，系统不会创建账号。",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "验证您的邮箱地址",
    text: `${host} 上已使用此邮箱创建账号。`,
    action: "验证邮箱",
    after: [
      "链接仅可使用一次，24 小时内有效。",
      "如非本人操作，请忽略此邮件，邮箱将保持未验证状态。",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "验证您的新邮箱地址",
    text: `我们收到了为 ${host} 上的账号更换为此邮箱的请求。`,
    action: "验证新邮箱",
    after: ["链接仅可使用一次，15 分钟内有效。", "如非本人操作，请忽略此邮件，不会有任何更改。"],
  }),
  "reset-password": ({ host }) => ({
    subject: "重置密码",
    text: `我们收到了重置您 ${host} 账号密码的请求。`,
    action: "设置新密码",
    after: [
      "链接仅可使用一次，15 分钟内有效。仅最新一封邮件中的链接有效。",
      "如非本人操作，请忽略此邮件，您的密码不会更改。",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "您已有账号",
    text: `我们收到了在 ${host} 使用此邮箱的请求，但此邮箱已属于您的账号。未做任何更改。`,
    action: "登录",
    after: ["如果忘记密码，可在登录页面重置。", "如非本人操作，请忽略此邮件。"],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "您的密码已修改",
    text: `您的 ${host} 账号密码已于 ${when} 修改，其他设备均已退出登录。`,
    action: "非本人操作",
    after: ["如果是您本人操作，请忽略此邮件；如果不是，请立即重置密码。"],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "密码已设置，邮箱已验证",
    text:
      `${host} 上使用此邮箱的账号已于 ${when} 设置新密码。` +
      "该邮箱此前未经验证，因此此前的所有访问权限均已撤销。",
    action: "非本人操作",
    after: [
      "已移除：所有会话、应用的访问权限，以及该账号自己的应用及其客户端密钥。",
      "您可能需要重新登录并重新授权应用。如非本人操作，请立即重置密码。",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "您的邮箱地址已更换",
    text: `您的 ${host} 账号已于 ${when} 更换邮箱，此邮箱不能再用于登录。`,
    action: `打开 ${host}`,
    after: ["如非本人操作，请立即联系此服务器的管理员。"],
  }),
  "account-deleted": ({ host, when }) => ({
    subject: "您的账号已删除",
    text: `您的 ${host} 账号已于 ${when} 删除。30 天内登录即可恢复，之后将无法恢复。`,
    action: "恢复账号",
    after: ["如非本人操作，请恢复账号并修改密码。"],
  }),
  "account-restored": ({ host, when }) => ({
    subject: "您的账号已恢复",
    text: `您的 ${host} 账号已于 ${when} 撤销删除。`,
    action: "非本人操作",
    after: ["如是您本人恢复的账号，请忽略此邮件；否则请立即重置密码。"],
  }),
  "group-invitation": ({ host }) => ({
    subject: "您收到了社群邀请",
    text: `${host} 的一位用户邀请您加入社群。邀请人和社群名称请在页面上查看。`,
    action: "查看邀请",
    after: [
      "只有接受邀请后，您才会成为成员。邀请 30 天内有效。",
      "如果您拒绝，30 天内不会再次收到该社群的邀请。",
    ],
  }),
  "new-device": ({ host, when }) => ({
    subject: "您的账号有新的登录",
    text: `您的 ${host} 账号于 ${when} 在一台新设备上登录。`,
    action: "非本人操作",
    after: ["如果是您本人登录，请忽略此邮件；如果不是，请立即重置密码，所有设备都会退出登录。"],
  }),
  test: ({ host, when }) => ({
    subject: "邮件投递测试",
    text: `${host} 的管理员于 ${when} 发送了此邮件，以测试邮件投递。`,
    action: `打开 ${host}`,
    after: ["您无需进行任何操作。如未预料到此邮件，请忽略。"],
  }),
};
