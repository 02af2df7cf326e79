// Every page works without this. It only saves a round trip or a second click.
"use strict";

// One press of a button is one submission: the second press of a tired finger does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 8000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// A scanner ends the zone with a line break: two or three whole lines are read at once.
document.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.matches || !area.matches("textarea[data-read]")) return;
  const lines = area.value.trim().split(/\s*\n\s*/);
  const whole = (lines.length === 2 && lines.every((line) => line.length === 44 || line.length === 36))
    || (lines.length === 3 && lines.every((line) => line.length === 30));
  if (whole && area.dataset.was !== lines.join("|")) {
    area.dataset.was = lines.join("|");
    document.getElementById(area.dataset.read)?.click();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// After an error the first wrong field has the cursor; where no field is to blame, the words that say what is wrong.
(document.querySelector(".wrong input, .wrong select, .wrong textarea") ?? document.querySelector(".message.error[tabindex]"))?.focus();

// What is wider than its box scrolls within it, by the keyboard too.
document.querySelectorAll(".scroll, figure.picture").forEach((box) => {
  if (box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight) return;
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", box.querySelector("caption, img")?.textContent || box.querySelector("img")?.alt || document.title);
});

// On a phone the row of pages shows where one is.
document.querySelectorAll(".doors [aria-current], .tabs [aria-current]").forEach((here) => {
  const row = here.closest(".doors, .tabs");
  row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.clientWidth) / 2;
});
