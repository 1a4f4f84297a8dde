// Optional comfort; every page works without it.
"use strict";
(function () {
  // A refused form: take the reader to what is wrong.
  var errors = document.getElementById("errors");
  if (errors) { errors.focus(); }

  // A link to a folded part unfolds it.
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
    }
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", unfold);
  if (location.hash) { unfold(); }

  // Paper has no folds.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.phase").forEach(function (part) { part.open = true; });
  });

  // The account menu closes on Escape and on a click elsewhere.
  var menu = document.querySelector("details.menu");
  if (menu) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    });
    document.addEventListener("click", function (event) {
      if (menu.open && !menu.contains(event.target)) { menu.open = false; }
    });
  }

  // A form is sent once; typed text is not lost by accident.
  var typed = false;
  document.addEventListener("input", function (event) {
    if (event.target.closest("form.form")) { typed = true; }
  });
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    typed = false;
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  window.addEventListener("beforeunload", function (event) {
    if (typed) { event.preventDefault(); event.returnValue = ""; }
  });
})();
