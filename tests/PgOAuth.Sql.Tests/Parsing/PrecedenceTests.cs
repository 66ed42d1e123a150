using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.Sql.Parsing;

/// <summary>gram.y's precedence table: what binds tighter, which way equals lean, and what does not go together at all.</summary>
public sealed class PrecedenceTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "(+ 1 (* 2 3))")]
    [InlineData("1 * 2 + 3", "(+ (* 1 2) 3)")]
    [InlineData("(1 + 2) * 3", "(* (+ 1 2) 3)")]
    [InlineData("1 - 2 - 3", "(- (- 1 2) 3)")]
    [InlineData("2 ^ 3 ^ 4", "(^ (^ 2 3) 4)")]
    [InlineData("-2 ^ 2", "(^ (- 2) 2)")]
    [InlineData("2 * -3 ^ 4", "(* 2 (^ (- 3) 4))")]
    [InlineData("- - a", "(- (- a))")]
    [InlineData("-a::b", "(- (TypeCast a b))")]
    [InlineData("-a.b[1]", "(- (AIndirection a.b 1))")]
    [InlineData("-a collate c", "(CollateClause (- a))")]
    [InlineData("a collate c at time zone b", "(Timezone (CollateClause a) b)")]
    [InlineData("a ^ b at time zone c", "(^ a (Timezone b c))")]
    [InlineData("a + b @ c", "(@ (+ a b) c)")]
    [InlineData("a @ b + c", "(@ a (+ b c))")]
    [InlineData("a @ b # c", "(# (@ a b) c)")]
    [InlineData("a @ @ b", "(@ a (@ b))")]
    [InlineData("a operator(pg_catalog.+) b * c", "(operator a (* b c))")]
    [InlineData("a operator(*) b + c", "(operator a (+ b c))")]
    [InlineData("a < b @ c", "(< a (@ b c))")]
    [InlineData("a like b || c", "(like a (|| b c))")]
    [InlineData("a < b like c", "(< a (like b c))")]
    [InlineData("a like b < c", "(< (like a b) c)")]
    [InlineData("a between b and c and d", "(and (between a b c) d)")]
    [InlineData("a between b and c < d", "(< (between a b c) d)")]
    [InlineData("a between b + 1 and c + 1", "(between a (+ b 1) (+ c 1))")]
    [InlineData("a not between symmetric b and c or d", "(or (not a b c) d)")]
    [InlineData("a in (1, 2) and b", "(and (in a 1 2) b)")]
    [InlineData("a + b in (1)", "(in (+ a b) 1)")]
    [InlineData("a is null = b", "(= (NullTest a) b)")]
    [InlineData("a = b is null", "(NullTest (= a b))")]
    [InlineData("a is distinct from b = c", "(NullTest a (= b c))")]
    [InlineData("not a = b", "(not (= a b))")]
    [InlineData("not a and b", "(and (not a) b)")]
    [InlineData("not not a", "(not (not a))")]
    [InlineData("a and b or c and d", "(or (and a b) (and c d))")]
    [InlineData("a or b and c or d", "(or (or a (and b c)) d)")]
    [InlineData("a = not b", "(= a (not b))")]
    [InlineData("a = not b = c and d", "(and (= a (not (= b c))) d)")]
    [InlineData("1 + not b = c", "(+ 1 (not (= b c)))")]
    [InlineData("a::int[]::text", "(TypeCast (TypeCast a int[]) text)")]
    [InlineData("a * b::int", "(* a (TypeCast b int))")]
    [InlineData("a <> all (array[1]) and b", "(and (SubLink a (ArrayExpr 1)) b)")]
    [InlineData("case a when b then c else d end + 1", "(+ (CaseExpr a (CaseWhen b c) d) 1)")]
    public void Operators_BindAsInPostgres(string expression, string shape) => Assert.Equal(shape, Shape.OfExpression(expression));

    [Theory]
    [InlineData("a < b < c", 6)]
    [InlineData("a = b = c", 6)]
    [InlineData("a <> b >= c", 7)]
    [InlineData("a < b = c", 6)]
    [InlineData("a like b like c", 9)]
    [InlineData("a not like b in (c)", 13)]
    [InlineData("a between b and c between d and e", 18)]
    [InlineData("a is distinct from b is null", 21)]
    [InlineData("a similar to b escape c like d", 24)]
    public void NonAssociativeOperators_InARow_AreAnError(string expression, int position) =>
        Assert.Equal($"syntax error at {position}", Shape.OfExpression(expression));

    [Theory]
    [InlineData("(a < b) < c", "(< (< a b) c)")]
    [InlineData("a < (b < c)", "(< a (< b c))")]
    [InlineData("a is null is null", "(NullTest (NullTest a))")]
    [InlineData("a isnull notnull", "(NullTest (NullTest a))")]
    [InlineData("a in (1) in (2)", "(in (in a 1) 2)")]
    public void WhatLooksLikeARowOfThem_ButIsNone_IsAccepted(string expression, string shape) =>
        Assert.Equal(shape, Shape.OfExpression(expression));

    // b_expr: where a keyword operator could also be what follows.
    [Theory]
    [InlineData("a between b is null and c", false)]
    [InlineData("a between b = c and d", true)]
    [InlineData("a between not b and c", false)]
    [InlineData("a between (not b) and c", true)]
    [InlineData("a between b in (1) and c", false)]
    [InlineData("a between b is distinct from c and d", true)]
    [InlineData("a between b at time zone c and d", false)]
    [InlineData("position(a in b)", true)]
    [InlineData("position(a in b in c)", false)]
    [InlineData("position(a and b in c)", false)]
    public void RestrictedExpressions_HaveNoWordsForOperators(string expression, bool accepted) =>
        Assert.Equal(accepted, !Shape.OfExpression(expression).StartsWith("syntax error", StringComparison.Ordinal));
}
