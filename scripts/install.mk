# make install, uninstall, deb; included by the Makefile. DESTDIR goes in front of everything (packages), PREFIX is
# where programs go. Settings that are there are never touched.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
BINDIR := $(PREFIX)/bin
SBINDIR := $(PREFIX)/sbin
MANDIR := $(PREFIX)/share/man/man1
SHAREDIR := $(PREFIX)/share/techsupport
SETTINGS := $(DESTDIR)$(SYSCONFDIR)/techsupport/techsupport.env

.PHONY: install uninstall deb

install: $(BUILD)/techsupport ## install the bot under PREFIX (/usr/local), with a systemd unit and settings in /etc/techsupport
	install -D -m 0755 $< $(DESTDIR)$(BINDIR)/techsupport
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(UNITDIR) $(DESTDIR)$(MANDIR) $(DESTDIR)$(SHAREDIR)/nginx
	sed 's|@bindir@|$(BINDIR)|' scripts/package/techsupportctl >$(DESTDIR)$(SBINDIR)/techsupportctl
	chmod 0755 $(DESTDIR)$(SBINDIR)/techsupportctl
	sed 's|@bindir@|$(BINDIR)|' scripts/package/techsupport.service >$(DESTDIR)$(UNITDIR)/techsupport.service
	sed "s|@version@|$$($< version | cut -d ' ' -f 2)|" scripts/package/techsupport.1 >$(DESTDIR)$(MANDIR)/techsupport.1
	install -m 0755 scripts/set-webhook.sh scripts/self-signed $(DESTDIR)$(SHAREDIR)/
	install -m 0644 nginx.conf $(DESTDIR)$(SHAREDIR)/
	install -m 0644 scripts/docker/nginx/*.conf $(DESTDIR)$(SHAREDIR)/nginx/
	sed '/^# For Docker Compose/,/^$$/d; s|^#DATA_DIR=.*|DATA_DIR=/var/lib/techsupport|' .env.example \
		>$(DESTDIR)$(SHAREDIR)/techsupport.env
	chmod 0644 $(DESTDIR)$(UNITDIR)/techsupport.service $(DESTDIR)$(MANDIR)/techsupport.1 $(DESTDIR)$(SHAREDIR)/techsupport.env
	[ -e $(SETTINGS) ] || install -D -m 0640 $(DESTDIR)$(SHAREDIR)/techsupport.env $(SETTINGS)
	[ -e $(dir $(SETTINGS)).env ] || ln -s techsupport.env $(dir $(SETTINGS)).env

uninstall: ## remove what install brought; settings and data stay
	rm -f $(DESTDIR)$(BINDIR)/techsupport $(DESTDIR)$(SBINDIR)/techsupportctl
	rm -f $(DESTDIR)$(UNITDIR)/techsupport.service $(DESTDIR)$(MANDIR)/techsupport.1
	rm -rf $(DESTDIR)$(SHAREDIR)

deb: $(BUILD)/techsupport ## a Debian package: build/techsupport_VERSION_ARCH.deb
	@BUILD=$(BUILD) scripts/deb build
