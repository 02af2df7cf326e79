// Dragging a group to another vehicle opens the page that says what it costs. The buttons do the same without this.
"use strict";

const board = document.querySelector("[data-board]");
let dragged = null;

board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-group]");
  event.dataTransfer.setData("text/plain", dragged.dataset.group);
  event.dataTransfer.effectAllowed = "move";
});

const target = (event) => {
  const vehicle = event.target.closest("[data-to]");
  return dragged && vehicle && !vehicle.contains(dragged) ? vehicle : null;
};

board?.addEventListener("dragover", (event) => {
  board.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));
  const vehicle = target(event);
  if (!vehicle) return;
  event.preventDefault();
  vehicle.classList.add("over");
});

board?.addEventListener("drop", (event) => {
  const vehicle = target(event);
  if (!vehicle) return;
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(board));
  asked.set("group", dragged.dataset.group);
  asked.set("to", vehicle.dataset.to);
  location.assign(`${board.dataset.board}?${asked}`);
});

board?.addEventListener("dragend", () => {
  dragged = null;
  board.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));
});
