/* The lists of the head that items refer to: registers, causes, choices, charging units,
 * payment providers, windows, materials, waivers, grounds, kinds of reply. */
#include "catalogue/draft.h"

#include "procedure/vocabulary.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct coded units_of(const struct catalogue_draft *draft)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    return CODED(head->units, head->unit_count);
}

static void register_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const stand_ins[] = {"file"};
    struct catalogue_register *entry = place;
    entry->code = draft_code(map, "id");
    entry->names = names_read(map, "names", YAML_REQUIRED);
    entry->keeper = draft_reference(map, "keeper", YAML_REQUIRED, units_of(draft), "a department");
    entry->key = yaml_text(map, "key", YAML_REQUIRED, NAME_CHARACTERS);
    entry->stand_in = draft_word(map, "stand_in", YAML_OPTIONAL, stand_ins, COUNT(stand_ins));
}

static void pause_cause_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_pause_cause *cause = place;
    cause->code = draft_code(map, "code");
    cause->names = names_read(map, "names", YAML_REQUIRED);
    cause->article = draft_label(map, "article", YAML_REQUIRED);
}

/* Choice names stand in a map from code to names: there are many, and each is one line. */
static void choices_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    const struct yaml_node *node = draft_map(map, "choice_names", YAML_REQUIRED);
    if (node == NULL) {
        return;
    }
    struct catalogue_name *choices =
        arena_take_array(map->file->arena, node->count, sizeof *choices);
    for (size_t i = 0; i < node->count; i++) {
        choices[i].code = node->pairs[i].key;
        choices[i].names = names_from(
            map->file, node->pairs[i].value,
            arena_print(map->file->arena, "choice_names.%.*s", TEXT_PRINT(node->pairs[i].key)));
    }
    head->choices = choices;
    head->choice_count = node->count;
}

static void bank_account_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_bank_account *account = place;
    account->code = draft_code(map, "code");
    account->names = names_read(map, "names", YAML_REQUIRED);
    account->number = draft_bank_number(map, "number");
    account->bank = draft_bic(map, "bank");
}

static void transit_account_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    static const char *const outflows[] = {"treasury", "fiscal_special_account", "refund"};
    struct catalogue_transit_account *account = &draft->catalogue->head.transit_account;
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "transit_account", YAML_REQUIRED),
                  yaml_field(map, "transit_account"));
    account->code = draft_code(&inner, "code");
    account->names = names_read(&inner, "names", YAML_REQUIRED);
    account->allowed_outflow =
        draft_words(&inner, "allowed_outflow", YAML_REQUIRED, outflows, COUNT(outflows));
    account->bank_accounts =
        draft_list(draft, &inner, "bank_accounts", YAML_REQUIRED, sizeof *account->bank_accounts,
                   bank_account_read, &account->bank_account_count);
    struct coded accounts = CODED(account->bank_accounts, account->bank_account_count);
    draft_unique(&inner, "bank_accounts", accounts);
    account->cash_to =
        draft_reference(&inner, "cash_to", YAML_REQUIRED, accounts, "an account of bank_accounts");
    yaml_map_close(&inner);
}

static void charging_unit_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const kinds[] = {"administrative", "institutional"};
    static const char *const methods[] = {"cash", "transfer", "online"};
    struct catalogue_charging_unit *unit = place;
    unit->code = draft_code(map, "code");
    unit->names = names_read(map, "names", YAML_REQUIRED);
    unit->department =
        draft_reference(map, "department", YAML_REQUIRED, units_of(draft), "a department");
    unit->kind = draft_word(map, "kind", YAML_REQUIRED, kinds, COUNT(kinds));
    unit->methods = draft_words(map, "methods", YAML_REQUIRED, methods, COUNT(methods));
    unit->legacy_bank = yaml_text(map, "legacy_bank", YAML_OPTIONAL, NAME_CHARACTERS);
    unit->grassroots = yaml_bool(map, "grassroots", YAML_REQUIRED, false);
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, yaml_get(map, "settles_to", YAML_REQUIRED),
                  yaml_field(map, "settles_to"));
    unit->settles_to = draft_bank_number(&inner, "number");
    unit->settles_to_bank = draft_bic(&inner, "bank");
    yaml_map_close(&inner);
}

static void payment_provider_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const signatures[] = {"standard_webhooks", "stripe", "github"};
    const struct catalogue_transit_account *transit = &draft->catalogue->head.transit_account;
    struct catalogue_payment_provider *provider = place;
    provider->code = draft_code(map, "code");
    provider->names = names_read(map, "names", YAML_REQUIRED);
    provider->bank_account =
        draft_reference(map, "bank_account", YAML_REQUIRED,
                        CODED(transit->bank_accounts, transit->bank_account_count),
                        "an account of transit_account.bank_accounts");
    provider->signature =
        draft_word(map, "signature", YAML_REQUIRED, signatures, COUNT(signatures));
}

static void window_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const others[] = {"*", "fee"};
    struct catalogue_window *window = place;
    window->code = draft_code(map, "code");
    window->names = names_read(map, "names", YAML_REQUIRED);
    window->serves = yaml_texts(map, "serves", YAML_REQUIRED, NAME_CHARACTERS);
    for (size_t i = 0; i < window->serves.count; i++) {
        struct text code = window->serves.items[i];
        if (!name_is_known(code, others, COUNT(others)) &&
            draft_find(units_of(draft), code) == NULL) {
            draft_unknown(map, yaml_line(map, "serves"), yaml_element(map, "serves", i), code,
                          units_of(draft), "a department, a body, fee or \"*\"");
        }
    }
}

static void material_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const sources[] = {"applicant", "shared"};
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_material *material = place;
    material->code = draft_code(map, "id");
    material->names = names_read(map, "names", YAML_REQUIRED);
    bool is_shared = yaml_choice(map, "source", YAML_REQUIRED, sources, COUNT(sources)) == 1;
    material->from_register =
        draft_reference(map, "registry", is_shared ? YAML_REQUIRED : YAML_OPTIONAL,
                        CODED(head->registers, head->register_count), "a register");
    if (!is_shared && yaml_get(map, "registry", YAML_OPTIONAL) != NULL) {
        yaml_error(map->file, yaml_line(map, "registry"), yaml_field(map, "registry"),
                   "goes with source: shared only");
    }
}

static void waiver_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    static const char *const effects[] = {"exempt", "reduce"};
    struct catalogue_waiver *waiver = place;
    waiver->code = draft_code(map, "code");
    waiver->names = names_read(map, "names", YAML_REQUIRED);
    bool reduces = yaml_choice(map, "effect", YAML_REQUIRED, effects, COUNT(effects)) == 1;
    waiver->effect = reduces ? WAIVER_REDUCE : WAIVER_EXEMPT;
    waiver->max_percent =
        yaml_int(map, "max_percent", reduces ? YAML_REQUIRED : YAML_OPTIONAL, 1, 99, 0);
}

static void ground_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    struct catalogue_ground *ground = place;
    ground->code = draft_code(map, "code");
    ground->names = names_read(map, "names", YAML_REQUIRED);
    ground->use = draft_word(map, "use", YAML_REQUIRED, hall_ground_uses, hall_ground_use_count);
    ground->article = draft_label(map, "article", YAML_REQUIRED);
    ground->status = draft_status(map, YAML_REQUIRED);
}

/* Grounds stand in a map from the kind of matter to its list. */
static void grounds_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *head = &draft->catalogue->head;
    const struct yaml_node *node = draft_map(map, "grounds", YAML_REQUIRED);
    if (node == NULL) {
        return;
    }
    struct catalogue_ground_list *lists =
        arena_take_array(map->file->arena, node->count, sizeof *lists);
    /* The list of each kind is read as if it stood in a map of that one key. */
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        struct yaml_node one = {.kind = YAML_MAP, .line = pair->line, .pairs = pair, .count = 1};
        struct yaml_map inner;
        yaml_map_open(&inner, map->file, &one, yaml_field(map, "grounds"));
        lists[i].kind = pair->key;
        lists[i].items = draft_list(draft, &inner, pair->key.data, YAML_REQUIRED,
                                    sizeof *lists[i].items, ground_read, &lists[i].count);
        draft_unique(&inner, pair->key.data, CODED(lists[i].items, lists[i].count));
    }
    head->grounds = lists;
    head->ground_list_count = node->count;
}

static void remedy_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    (void)draft;
    static const char *const kinds[] = {"review", "suit"};
    static const char *const bodies[] = {"government", "court"};
    struct catalogue_remedy *remedy = place;
    remedy->code = draft_word(map, "code", YAML_REQUIRED, kinds, COUNT(kinds));
    remedy->names = names_read(map, "names", YAML_REQUIRED);
    remedy->within = limit_read(map, "within", YAML_REQUIRED);
    remedy->body = draft_word(map, "body", YAML_REQUIRED, bodies, COUNT(bodies));
    remedy->uses = draft_words(map, "uses", YAML_REQUIRED, hall_ground_uses, hall_ground_use_count);
    remedy->basis = draft_label(map, "basis", YAML_REQUIRED);
    remedy->status = draft_status(map, YAML_REQUIRED);
}

static void reply_kind_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_reply_kind *kind = place;
    kind->code = draft_code(map, "code");
    kind->names = names_read(map, "names", YAML_REQUIRED);
    kind->article = draft_label(map, "article", YAML_REQUIRED);
    kind->status = draft_status(map, YAML_REQUIRED);
    kind->counsel = yaml_bool(map, "counsel", YAML_REQUIRED, false);
    kind->withholds = yaml_bool(map, "withholds", YAML_REQUIRED, false);
    struct coded requests = {0};
    for (size_t i = 0; i < head->ground_list_count; i++) {
        if (text_equal_string(head->grounds[i].kind, "disclosure_request")) {
            requests = CODED(head->grounds[i].items, head->grounds[i].count);
        }
    }
    kind->grounds =
        draft_references(map, "grounds", YAML_REQUIRED, requests, "a ground of disclosure_request");
}

void draft_head_lists(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_head *h = &draft->catalogue->head;
    h->registers = draft_list(draft, map, "registries", YAML_REQUIRED, sizeof *h->registers,
                              register_read, &h->register_count);
    h->pause_causes = draft_list(draft, map, "pause_causes", YAML_REQUIRED, sizeof *h->pause_causes,
                                 pause_cause_read, &h->pause_cause_count);
    choices_read(draft, map);
    transit_account_read(draft, map);
    h->charging_units =
        draft_list(draft, map, "charging_units", YAML_REQUIRED, sizeof *h->charging_units,
                   charging_unit_read, &h->charging_unit_count);
    h->windows = draft_list(draft, map, "windows", YAML_REQUIRED, sizeof *h->windows, window_read,
                            &h->window_count);
    h->materials = draft_list(draft, map, "materials", YAML_REQUIRED, sizeof *h->materials,
                              material_read, &h->material_count);
    h->waivers = draft_list(draft, map, "waiver_codes", YAML_REQUIRED, sizeof *h->waivers,
                            waiver_read, &h->waiver_count);
    grounds_read(draft, map);
    h->reply_kinds = draft_list(draft, map, "reply_kinds", YAML_REQUIRED, sizeof *h->reply_kinds,
                                reply_kind_read, &h->reply_kind_count);
    h->remedies = draft_list(draft, map, "remedies", YAML_REQUIRED, sizeof *h->remedies,
                             remedy_read, &h->remedy_count);
    h->payment_providers =
        draft_list(draft, map, "payment_providers", YAML_OPTIONAL, sizeof *h->payment_providers,
                   payment_provider_read, &h->payment_provider_count);
    draft_unique(map, "payment_providers", CODED(h->payment_providers, h->payment_provider_count));
    draft_unique(map, "remedies", CODED(h->remedies, h->remedy_count));
    draft_unique(map, "registries", CODED(h->registers, h->register_count));
    draft_unique(map, "pause_causes", CODED(h->pause_causes, h->pause_cause_count));
    draft_unique(map, "charging_units", CODED(h->charging_units, h->charging_unit_count));
    draft_unique(map, "windows", CODED(h->windows, h->window_count));
    draft_unique(map, "materials", CODED(h->materials, h->material_count));
    draft_unique(map, "waiver_codes", CODED(h->waivers, h->waiver_count));
    draft_unique(map, "reply_kinds", CODED(h->reply_kinds, h->reply_kind_count));
}
