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

  // What has changed meanwhile is fetched again; where somebody is busy, the page only says so.
  var live = document.querySelector("main[data-live]");
  if (live && window.EventSource && window.fetch && window.DOMParser) {
    var stream = null, later = null;
    var isBusy = function () {
      var chosen = document.getSelection();
      return typed || (live !== document.activeElement && live.contains(document.activeElement)) ||
        (chosen && !chosen.isCollapsed && live.contains(chosen.anchorNode));
    };
    var tell = function () {
      if (document.getElementById("live-news")) { return; }
      var bar = document.createElement("p"), link = document.createElement("a");
      link.href = location.href;
      link.textContent = live.dataset.liveNews;
      bar.id = "live-news";
      bar.className = "notice warning";
      bar.setAttribute("role", "status");
      bar.appendChild(link);
      live.insertBefore(bar, live.firstChild);
    };
    var renew = function () {
      later = null;
      if (isBusy()) { tell(); return; }
      fetch(location.href, { headers: { "Accept": "text/html", "X-Fragment": "main" } }).then(function (answer) {
        return answer.ok && !answer.redirected ? answer.text() : Promise.reject();
      }).then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
        if (!fresh || isBusy()) { tell(); return; }
        live.replaceChildren.apply(live, Array.from(fresh.childNodes));
      }).catch(tell);
    };
    // Several events of one act are one reason to look.
    var soon = function () { if (!later) { later = setTimeout(renew, 500); } };
    var listen = function () {
      if (document.hidden) {
        if (stream) { stream.close(); stream = null; }
      } else if (!stream) {
        stream = new EventSource(live.dataset.live);
        stream.onmessage = soon;
        stream.addEventListener("reset", soon);
      }
    };
    var isFirst = true;
    document.addEventListener("visibilitychange", function () {
      listen();
      // Nothing was heard while the page was hidden.
      if (!document.hidden && !isFirst) { soon(); }
      isFirst = false;
    });
    window.addEventListener("pagehide", function () { if (stream) { stream.close(); stream = null; } });
    listen();
  }
})();
