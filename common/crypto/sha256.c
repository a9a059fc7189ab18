#include "crypto/sha256.h"

#include "base/check.h"

#include <openssl/evp.h>

void hasher_init(struct hasher *hasher)
{
    hasher->context = EVP_MD_CTX_new();
    hasher->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    CHECK(hasher->context != NULL && hasher->digest != NULL);
}

void hasher_free(struct hasher *hasher)
{
    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->digest);
    *hasher = (struct hasher){0};
}

void hash_begin(struct hasher *hasher)
{
    CHECK(EVP_DigestInit_ex2(hasher->context, hasher->digest, NULL) == 1);
}

void hash_add(struct hasher *hasher, struct bytes bytes)
{
    CHECK(EVP_DigestUpdate(hasher->context, bytes.data, bytes.size) == 1);
}

struct hash hash_end(struct hasher *hasher)
{
    struct hash hash;
    CHECK(EVP_DigestFinal_ex(hasher->context, hash.bytes, NULL) == 1);
    return hash;
}

struct hash hash_of(struct hasher *hasher, struct bytes bytes)
{
    hash_begin(hasher);
    hash_add(hasher, bytes);
    return hash_end(hasher);
}

struct hash hash_chain(struct hasher *hasher, const struct hash *before, struct bytes bytes)
{
    hash_begin(hasher);
    hash_add(hasher, bytes_of(before->bytes, sizeof before->bytes));
    hash_add(hasher, bytes);
    return hash_end(hasher);
}
