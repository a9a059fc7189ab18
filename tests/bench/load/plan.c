#include "plan.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void need(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "bench-cases: the plan: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static void step_read(json_t *json, struct step *step)
{
    json_t *token = NULL;
    size_t index = 0;
    json_t *tokens = json_object_get(json, "tokens");
    step->path = json_string_value(json_object_get(json, "path"));
    step->type = json_string_value(json_object_get(json, "type"));
    step->body = json_string_value(json_object_get(json, "body"));
    step->keep = json_string_value(json_object_get(json, "keep"));
    need(step->path != NULL && step->type != NULL && step->body != NULL, "a step lacks something");
    json_array_foreach(tokens, index, token)
    {
        need(step->token_count < TOKENS_MAX, "too many tokens");
        step->tokens[step->token_count++] = json_string_value(token);
    }
    need(step->token_count > 0, "a step has no token");
}

static void words_read(json_t *json, struct plan *plan)
{
    json_t *word = NULL;
    size_t index = 0;
    plan->words = calloc(json_array_size(json) + 1, sizeof *plan->words);
    need(plan->words != NULL, "too many words");
    json_array_foreach(json, index, word)
    {
        plan->words[plan->word_count++] = json_string_value(word);
    }
}

struct plan *plan_read(const char *path)
{
    json_error_t error;
    json_t *step = NULL;
    size_t index = 0;
    struct plan *plan = calloc(1, sizeof *plan);
    json_t *json = json_load_file(path, 0, &error);
    need(plan != NULL && json != NULL, error.text);
    plan->json = json;
    plan->port = (unsigned)json_integer_value(json_object_get(json, "port"));
    plan->run = json_string_value(json_object_get(json, "run"));
    plan->lanes = (size_t)json_integer_value(json_object_get(json, "lanes"));
    plan->rounds = (size_t)json_integer_value(json_object_get(json, "rounds"));
    need(plan->port > 0 && plan->run != NULL && plan->lanes > 0 && plan->rounds > 0, "its head");
    json_array_foreach(json_object_get(json, "steps"), index, step)
    {
        need(plan->step_count < STEPS_MAX, "too many steps");
        step_read(step, &plan->steps[plan->step_count++]);
    }
    words_read(json_object_get(json, "words"), plan);
    return plan;
}
