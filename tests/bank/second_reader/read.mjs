// Reads a camt.053 file from standard input and prints what iso20022.js makes of it, as JSON.
import fs from "node:fs";
import { CashManagementEndOfDayReport } from "iso20022.js";

// The package multiplies decimals: 1.13 becomes 112.99999999999999 hundredths.
const fen = (amount, indicator) => Math.round(amount) * (indicator === "credit" ? 1 : -1);

const report = CashManagementEndOfDayReport.fromXML(fs.readFileSync(0, "utf8"));
const statements = report.statements.map((statement) => ({
  account: statement.account.accountNumber,
  number: statement.electronicSequenceNumber,
  balances: Object.fromEntries(
    statement.balances.map((one) => [one.type, fen(one.amount, one.creditDebitIndicator)])),
  entries: statement.entries.map((entry) => ({
    reference: entry.accountServicerReferenceId,
    currency: entry.currency,
    amount_fen: fen(entry.amount, entry.creditDebitIndicator),
    day: entry.bookingDate.toISOString().slice(0, 10),
    text: entry.transactions.map((one) => one.remittanceInformation ?? "").join(""),
  })),
}));
console.log(JSON.stringify({ message: report.messageId, statements }));
