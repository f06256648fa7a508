/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards in definitions that somebody else made: given and taken, and nothing else changes. */
#include <dirent.h>
#include <stdlib.h>

#include "tests/unit/golden-xml.h"

#define FOLDER "tests/data/definitions"

/* A VM with this definition; text is a copy of its UUID. */
static void make_own(struct facts *facts, const char *definition, char uuid[37])
{
	const char *at = strstr(definition, "<uuid>");

	make_facts(facts);
	facts->vm.definition = definition;
	assert_non_null(at);
	snprintf(uuid, 37, "%.36s", at + strlen("<uuid>"));
	facts->vm.uuid = uuid;
}

/* Removes all that begins and ends with these texts, and the blanks before. */
static void cut(char *text, const char *first, const char *last)
{
	char *end, *at = text;

	while ((at = strstr(at, first))) {
		end = strstr(at, last);
		assert_non_null(end);
		end += strlen(last);
		while (at[-1] == ' ' || at[-1] == '\n')
			at--;
		memmove(at, end, strlen(end) + 1);
	}
}

/* The same without what a card may add: hostdevs, ports that libvirt is to place. */
static char *without_cards(const char *xml)
{
	char *text = strdup(xml);

	assert_non_null(text);
	cut(text, "<hostdev mode=\"subsystem\" type=\"pci\"", "</hostdev>");
	for (int bus = 1; bus < 40; bus++) {
		char port[80];

		snprintf(port, sizeof(port),
			 "<controller type=\"pci\" index=\"%d\" "
			 "model=\"pcie-root-port\"/>",
			 bus);
		cut(text, port, "/>");
	}
	return text;
}

static size_t count(const char *xml, const char *word)
{
	size_t found = 0;

	for (; (xml = strstr(xml, word)); xml++)
		found++;
	return found;
}

/* The guest address of the function of the host, as the XML has it. */
static const char *guest_of(const char *xml, const char *source, char text[160])
{
	const char *at = strstr(xml, source), *end;

	*text = '\0';
	at = at ? strstr(at, "<address type=\"pci\"") : NULL;
	end = at ? strstr(at, "/>") : NULL;
	if (end)
		snprintf(text, 160, "%.*s", (int)(end - at), at);
	return text;
}

/* No two devices of the guest are at one address. */
static void assert_apart(const char *xml)
{
	const char *first, *second;
	size_t length, other;

	for (const char *at = xml; (first = next_address(&at, &length));) {
		const char *rest = at;

		while ((second = next_address(&rest, &other)))
			if (other >= length && strncmp(first, second, length) == 0 &&
			    second[length] == '/')
				fail_msg("twice: %.*s", (int)length, first);
	}
}

#define SECOND_CARD "bus=\"0xc3\" slot=\"0x1f\" function=\"0x0\"/>"

static void gives_and_takes(const char *path)
{
	_cleanup_free_ char *definition = read_file(path), *before = NULL, *with = NULL,
			    *rest = NULL, *kept = NULL, *again = NULL;
	char uuid[37], places[2][160];
	struct facts facts;

	make_own(&facts, definition, uuid);
	before = make_xml(&facts);
	add_gpupci(&facts);
	add_gpupci2(&facts);
	with = make_xml(&facts);
	assert_int_equal(count(with, "<hostdev mode=\"subsystem\" type=\"pci\""),
			 count(before, "<hostdev mode=\"subsystem\" type=\"pci\"") + 5);
	assert_apart(with);
	rest = without_cards(with);
	kept = without_cards(before);
	assert_string_equal(rest, kept);
	/* The card that is left stays where it is. */
	facts.cards[0] = facts.cards[1];
	facts.vm.card_count = 1;
	again = make_xml(&facts);
	assert_string_equal(guest_of(with, SECOND_CARD, places[0]),
			    guest_of(again, SECOND_CARD, places[1]));
	assert_true(*places[0]);
}

static void test_definitions(void **state)
{
	struct dirent **names = NULL;
	int found = scandir(FOLDER, &names, NULL, alphasort), tried = 0;

	(void)state;
	for (int i = 0; i < found; i++) {
		char path[512];

		snprintf(path, sizeof(path), FOLDER "/%s", names[i]->d_name);
		if (strstr(path, ".xml")) {
			gives_and_takes(path);
			tried++;
		}
		free(names[i]);
	}
	free(names);
	assert_true(tried >= 30);
}

#define HEAD                                                                           \
	"<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' type='kvm'>"  \
	"<!-- mine --><name>a</name><uuid>5f1c2d7e-9a44-4c0b-8f65-0d2b7c6a1e33</uuid>" \
	"<metadata><a:b xmlns:a='urn:a'>c &amp; <![CDATA[<d>]]></a:b></metadata>"      \
	"<os><type machine='pc-q35-7.2'>hvm</type></os><unknown x='1'> y </unknown>"
#define ROOT "<controller type='pci' index='0' model='pcie-root'/>"
#define PORT(index) "<controller type='pci' index='" index "' model='pcie-root-port'/>"
#define PASSED(bus, function, more)                                            \
	"<hostdev mode='subsystem' type='pci' managed='yes'><source><address " \
	"domain='0x0000' bus='0x" bus "' slot='0x00' function='" function      \
	"'/></source>" more "</hostdev>"
#define GUEST(bus)                                                         \
	"<address type='pci' domain='0x0000' bus='0x" bus "' slot='0x00' " \
	"function='0x0'/>"
#define TAIL "<qemu:commandline><qemu:arg value='-s'/></qemu:commandline></domain>"

/* What the definition with these devices becomes for a VM with the walk-through's card. */
static char *given(const char *devices, void (*change)(struct facts *facts))
{
	char definition[8192], uuid[37];
	struct facts facts;

	snprintf(definition, sizeof(definition),
		 HEAD "<cpu mode='host-model'/><devices>%s</devices>" TAIL, devices);
	make_own(&facts, definition, uuid);
	change(&facts);
	return make_xml(&facts);
}

static void with_none(struct facts *facts)
{
	(void)facts;
}

static void test_rest_comes_through(void **state)
{
	_cleanup_free_ char *xml = given(ROOT, add_gpupci);

	(void)state;
	assert_non_null(strstr(xml, "<!-- mine -->"));
	assert_non_null(
		strstr(xml, "<a:b xmlns:a=\"urn:a\">c &amp; <![CDATA[<d>]]></a:b>"));
	assert_non_null(strstr(xml, "<unknown x=\"1\"> y </unknown>"));
	assert_non_null(strstr(xml, "<qemu:arg value=\"-s\"/>"));
	assert_null(strstr(xml, "<kvm>"));
	assert_non_null(strstr(xml, "<cpu mode=\"host-model\"/>"));
	assert_null(strstr(xml, "urn:gpupt"));
}

/* A free port is used, else one is made. */
static void test_ports(void **state)
{
	static const struct {
		const char *devices, *bus;
	} cases[] = {
		{ ROOT, "0x01" },
		{ ROOT PORT("1") PORT("2"), "0x01" },
		{ ROOT PORT("1") PORT("2") "<disk>" GUEST("01") "</disk>", "0x02" },
		{ ROOT PORT("1") "<disk>" GUEST("01") "</disk>", "0x02" },
		/* What a card that somebody else has now leaves free. */
		{ ROOT PORT("1") PORT("2") PASSED("5e", "0x0", GUEST("01")), "0x02" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *xml = given(cases[i].devices, add_gpupci);
		char text[160], expected[160];

		snprintf(expected, sizeof(expected),
			 "<address type=\"pci\" domain=\"0x0000\" bus=\"%s\" "
			 "slot=\"0x00\" function=\"0x0\" multifunction=\"on\"",
			 cases[i].bus);
		assert_string_equal(guest_of(xml,
					     "bus=\"0x02\" slot=\"0x00\" "
					     "function=\"0x0\"/>\n      </source>",
					     text),
				    expected);
	}
}

/* A hostdev of a card that the VM has stays as it is; of one that it lacks, it goes. */
static void test_hostdevs(void **state)
{
	const char *mine =
		PASSED("02", "0x0", "<rom bar='off'/><alias name='ua-x'/>" GUEST("01"));
	char devices[4096];
	_cleanup_free_ char *kept = NULL, *taken = NULL;

	(void)state;
	snprintf(devices, sizeof(devices),
		 ROOT PORT("1") PORT("2") "%s" PASSED("5e", "0x0", ""), mine);
	kept = given(devices, add_gpupci);
	assert_int_equal(count(kept, "<hostdev"), 3);
	assert_non_null(strstr(kept, "<rom bar=\"off\"/>"));
	assert_non_null(strstr(kept, "function=\"0x0\" multifunction=\"on\"/>"));
	assert_non_null(strstr(kept,
			       "<address type=\"pci\" domain=\"0x0000\" bus=\"0x01\" "
			       "slot=\"0x00\" function=\"0x1\"/>"));
	taken = given(devices, with_none);
	assert_int_equal(count(taken, "<hostdev"), 1);
	assert_non_null(strstr(taken, "bus=\"0x5e\""));
}

/* 64 GiB of windows, which the default does not hold. */
static void with_much_memory(struct facts *facts)
{
	add_gpupci(facts);
	facts->cards[0].functions[0].bar_bytes = UINT64_C(64) << 30;
}

static void hidden(struct facts *facts)
{
	add_gpupci(facts);
	set(facts, "kvm_hidden", "yes");
}

static void test_what_cards_need(void **state)
{
	const char *both = ROOT PASSED("02", "0x0", "") PASSED("02", "0x1", "");
	_cleanup_free_ char *wide = given(ROOT, with_much_memory),
			    *there = given(both, with_much_memory),
			    *secret = given(ROOT, hidden);

	(void)state;
	assert_non_null(strstr(wide, "<pcihole64 unit=\"KiB\">134217728</pcihole64>"));
	assert_non_null(strstr(wide, "<maxphysaddr mode=\"passthrough\"/>"));
	assert_null(strstr(there, "pcihole64"));
	assert_non_null(strstr(secret, "<hidden state=\"on\"/>"));
}

static void assert_refused(const char *definition, const char *sentence)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	struct facts facts;
	char *xml = NULL;

	make_facts(&facts);
	add_gpupci(&facts);
	facts.vm.definition = definition;
	assert_true(plugins_domain_xml(plugins, &facts.vm, &xml, &complaint) < 0);
	assert_null(xml);
	assert_non_null(strstr(strbuf_text(&complaint), sentence));
}

static void test_refusals(void **state)
{
	(void)state;
	assert_refused("", "is not a domain's");
	assert_refused("<a/>", "is not a domain's");
	assert_refused("<domain>", "is not a domain's");
	assert_refused("<domain/>", "is of the UUID none, not 5f1c");
	assert_refused("<domain><uuid>x</uuid></domain>", "is of the UUID x, not 5f1c");
	assert_refused(HEAD "</domain>", "its definition has no devices");
	assert_refused(
		"<domain><uuid>5f1c2d7e-9a44-4c0b-8f65-0d2b7c6a1e33</uuid><devices/>"
		"</domain>",
		"has no PCI bus");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_rest_comes_through),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_hostdevs),
		cmocka_unit_test(test_what_cards_need),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, load_plugins, free_plugins);
}
