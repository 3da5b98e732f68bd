"""Audit of an index: published and closed-form values, hand calculations, and every branch of the verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dkbm_monitor.indices import audit as auditing
from dkbm_monitor.indices import cronbach
from dkbm_monitor.indices.audit import Audit, audit
from dkbm_monitor.indices.base import Base, base_from
from dkbm_monitor.indices.influence import correlation_ratio, district_influence, effective_weights, remove_one
from dkbm_monitor.indices.models import Aggregate, Classes, Limit, Missing, Normalise

FOUR = Classes(
    method="limits",
    limits=(Limit(at=-1, equal="above"), Limit(at=1), Limit(at=1.5)),
    names=("hoch", "mittel", "niedrig", "sehr niedrig"),  # type: ignore[arg-type]
)

# Employee attitudes in 30 departments: Chatterjee and Price (1977), Regression Analysis by Example; in R as `attitude`.
ATTITUDE = {
    "rating": "43 63 71 61 81 43 58 71 72 67 64 67 69 68 77 81 74 65 65 50 50 64 53 40 63 66 78 48 85 82",
    "complaints": "51 64 70 63 78 55 67 75 82 61 53 60 62 83 77 90 85 60 70 58 40 61 66 37 54 77 75 57 85 82",
    "privileges": "30 51 68 45 56 49 42 50 72 45 53 47 57 83 54 50 64 65 46 68 33 52 52 42 42 66 58 44 71 39",
    "learning": "39 54 69 47 66 44 56 55 67 47 58 39 42 45 72 72 69 75 57 54 34 62 50 58 48 63 74 45 71 59",
    "raises": "61 63 76 54 71 54 66 70 71 62 58 59 55 59 79 60 79 55 75 64 43 66 63 50 66 88 80 51 77 64",
    "critical": "92 73 86 84 83 49 68 66 83 80 67 74 63 77 77 54 79 80 85 78 64 80 80 57 75 76 78 83 74 78",
    "advance": "45 47 48 35 47 34 35 41 31 41 34 41 25 35 46 36 63 60 46 52 33 41 37 49 33 72 49 38 55 39",
}


def attitude() -> pd.DataFrame:
    return pd.DataFrame({name: [float(one) for one in text.split()] for name, text in ATTITUDE.items()})


def with_correlation(r: np.ndarray, n: int = 60, seed: int = 1) -> np.ndarray:
    """Data whose correlation matrix is exactly r."""
    x = np.random.default_rng(seed).normal(size=(n, len(r)))
    x -= x.mean(0)
    x = np.linalg.qr(x)[0] * np.sqrt(n)
    return x @ np.linalg.cholesky(r).T


def equal(r: float, k: int) -> np.ndarray:
    return np.full((k, k), r) + (1 - r) * np.eye(k)


def own(r: np.ndarray | None = None, classes: Classes | None = FOUR, **options) -> Base:
    x = with_correlation(equal(0.6, 4) if r is None else r)
    frame = pd.DataFrame(x, [f"{one:03d}" for one in range(len(x))], list("abcdefgh")[: x.shape[1]])
    return base_from(frame, classes=classes, **options)


# do the members belong together?


def test_alpha_of_the_attitude_data() -> None:
    # R's psych::alpha(attitude): raw_alpha 0.84, std.alpha 0.84, and these values where one item is dropped.
    x = attitude().to_numpy()
    assert round(cronbach.alpha(x), 2) == 0.84
    assert round(cronbach.alpha_standardised(x), 2) == 0.84
    dropped = [round(cronbach.alpha(np.delete(x, one, axis=1)), 2) for one in range(7)]
    assert dropped == [0.81, 0.80, 0.83, 0.80, 0.80, 0.86, 0.84]


def test_alpha_of_equal_correlations() -> None:
    # k·r / (1 + (k-1)·r) with r = 0.5 and k = 4: 0.8.
    x = with_correlation(equal(0.5, 4))
    assert cronbach.alpha(x) == pytest.approx(0.8)
    assert cronbach.alpha_standardised(x) == pytest.approx(0.8)


def test_kmo_of_equal_correlations() -> None:
    # Partial correlations are r / (1 + (k-2)·r): with r = 0.5 and k = 3 they are 1/3, so KMO = 9/13.
    overall, each = cronbach.kmo(with_correlation(equal(0.5, 3)))
    assert overall == pytest.approx(9 / 13)
    assert each == pytest.approx(np.full(3, 9 / 13))


def test_kmo_agrees_with_partial_correlations_from_regressions() -> None:
    x = attitude().to_numpy()
    z = (x - x.mean(0)) / x.std(0)
    r = np.corrcoef(z, rowvar=False)
    plain = partial = 0.0
    for i in range(7):
        for j in range(7):
            if i != j:
                rest = z[:, [one for one in range(7) if one not in (i, j)]]
                left = [z[:, one] - rest @ np.linalg.lstsq(rest, z[:, one], rcond=None)[0] for one in (i, j)]
                plain, partial = plain + r[i, j] ** 2, partial + np.corrcoef(*left)[0, 1] ** 2
    assert cronbach.kmo(x)[0] == pytest.approx(plain / (plain + partial))


def test_kmo_of_dependent_members_is_undefined() -> None:
    x = with_correlation(equal(0.3, 3))
    overall, each = cronbach.kmo(np.column_stack([x, x.sum(1)]))
    assert np.isnan(overall)
    assert np.isnan(each).all()


def test_components_agree_with_statsmodels() -> None:
    pca = pytest.importorskip("statsmodels.multivariate.pca").PCA(attitude(), standardize=True)
    found = cronbach.components(attitude().to_numpy())
    assert found.eigenvalues == pytest.approx(pca.eigenvals / 30)
    for one in range(7):
        ours, theirs = found.loadings[:, one], pca.loadings.to_numpy()[:, one] * np.sqrt(found.eigenvalues[one])
        assert ours * np.sign(ours.sum()) == pytest.approx(theirs * np.sign(theirs.sum()), abs=1e-9)


def test_components_of_equal_correlations() -> None:
    # Eigenvalues 1 + (k-1)·r and 1 - r.
    found = cronbach.components(with_correlation(equal(0.4, 5)))
    assert found.eigenvalues == pytest.approx([2.6, 0.6, 0.6, 0.6, 0.6])
    assert found.loadings[:, 0] == pytest.approx(np.full(5, np.sqrt(2.6 / 5)))
    assert found.explained.sum() == pytest.approx(1)


# what really weighs?


def test_shares_of_independent_members_are_their_squared_weights() -> None:
    # Independent members of variance 1 with weights 1:2:3 share the index's variance 1:4:9.
    table = effective_weights(own(np.eye(3), weights={"a": 1, "b": 2, "c": 3}))
    assert table["weight"].to_numpy() == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert table["share"].to_numpy() == pytest.approx([1 / 14, 4 / 14, 9 / 14])
    assert table["correlation"].to_numpy() == pytest.approx(np.sqrt([1 / 14, 4 / 14, 9 / 14]))


def test_main_effect_is_the_explained_share_and_sees_curves() -> None:
    x = np.linspace(-1, 1, 201)
    assert correlation_ratio(x, 3 * x + 1) == pytest.approx(1)
    assert correlation_ratio(x, x**2) == pytest.approx(1)
    assert correlation_ratio(x, np.random.default_rng(1).normal(size=201)) < 0.05
    # y = x + e with exactly half the variance from x, as 2 independent members of equal weight.
    table = effective_weights(own(np.eye(2), classes=None))
    assert table["main_effect"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.08)


def test_main_effect_is_corrected_for_the_terms_of_the_curve() -> None:
    # Pure chance: without correction a cubic explains 3/(n-1) = 16 % of 20 districts on average.
    rng = np.random.default_rng(3)
    found = [correlation_ratio(rng.normal(size=20), rng.normal(size=20)) for _one in range(300)]
    assert np.mean(found) < 0.1


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.integers(2, 6))
def test_shares_always_add_up(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    base = base_from(pd.DataFrame(rng.normal(size=(20, k)), columns=list("abcdef")[:k]))
    table = effective_weights(base)
    assert table["share"].sum() == pytest.approx(1)
    assert table["main_effect"].between(0, 1).all()


# removing one


def test_removing_one_counted_by_hand() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4], "c": [4.0, 3, 2, 1]}, index=list("WXYZ"))
    table = remove_one(base_from(frame, classes=Classes(method="quantiles", k=2)))
    assert table.loc["c", "kept"] == 1.0
    assert table.loc["c", "spearman"] == pytest.approx(1.0)
    frame["c"] = [1000.0, 1, 2, 3]
    table = remove_one(base_from(frame, weights={"a": 1, "b": 1, "c": 8}, classes=Classes(method="quantiles", k=2)))
    # With c the order is W Z Y X, without it Z Y X W: W moves 3 places, the others one each.
    assert table.loc["c", "mean_shift"] == 1.5
    assert (table.loc["c", "largest_shift"], table.loc["c", "district"]) == (3, "W")
    assert table.loc["c", "kept"] == 0.5


def test_removing_equals_a_recipe_without_the_member() -> None:
    base = own()
    table = remove_one(base)
    for name in base.members:
        less = base_from(base.values.drop(columns=name), classes=FOUR)
        assert table.loc[name, "kept"] == pytest.approx((less.codes == base.codes).mean())
        assert table.loc[name, "mean_shift"] == pytest.approx((less.rank - base.rank).abs().mean())
        assert table.loc[name, "spearman"] == pytest.approx(less.rank.corr(base.rank))


# influence of single districts


@pytest.mark.parametrize("scale", ["z", "minmax", "percentile_rank"])
def test_influence_equals_computing_without_the_district(scale: str) -> None:
    base = own(normalise=Normalise(method=scale))  # type: ignore[arg-type]
    table = district_influence(base)
    for key in list(base.districts)[:6]:
        rest = [one for one in base.districts if one != key]
        less = base_from(base.values.drop(index=key), normalise=base.part.normalise, classes=FOUR)
        assert table.loc[key, "class_changes"] == (less.codes != base.codes[rest]).sum()
        assert table.loc[key, "index_shift"] == pytest.approx(
            np.abs(less.standardised - pd.Series(base.standardised, base.districts)[rest].to_numpy()).mean()
        )
        before = base.score[rest].round(10).sort_values(kind="stable").index
        assert (
            table.loc[key, "order_changes"] == (less.score.round(10).sort_values(kind="stable").index != before).sum()
        )


def test_an_outlier_has_the_largest_influence() -> None:
    frame = own().values.copy()
    frame.loc["007"] += 12.0
    assert district_influence(base_from(frame, classes=FOUR))["class_changes"].idxmax() == "007"


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = district_influence(own())
    monkeypatch.setattr("dkbm_monitor.indices.influence.CELLS", 1000)
    assert district_influence(own()).equals(whole)


# the whole audit and its words


def test_flags() -> None:
    r = equal(0.5, 4)
    r[0, 1] = r[1, 0] = 0.95
    r[2, 3] = r[3, 2] = -0.2
    r[0, 3] = r[3, 0] = r[1, 3] = r[3, 1] = 0.1
    found = audit(own(r))
    assert [(one.kind, one.first, one.second, round(one.r, 2)) for one in found.flags] == [
        ("too_high", "a", "b", 0.95),
        ("negative", "c", "d", -0.2),
    ]
    said = found.verdict()
    assert "Beinahe dasselbe sagen: a und b (r = 0,95). Was sie gemeinsam zeigen, zählt im Index mehrfach." in said
    assert (
        "Gegenläufig sind: c und d (r = −0,20). Im Index heben sie einander teilweise auf; "
        "bitte auch die Richtung prüfen." in said
    )


def test_verdict_of_members_that_fit() -> None:
    assert audit(own()).verdict()[:3] == [
        "Die Mitglieder passen zusammen (Cronbachs Alpha 0,86).",
        "Eine einzige gemeinsame Größe erklärt 70\u00a0% der Unterschiede zwischen den Gebieten.",
        "Was jedes Mitglied zum Index beiträgt, entspricht ungefähr seinem Gewicht.",
    ]


def test_verdict_of_members_that_are_nearly_one() -> None:
    found = audit(own(equal(0.97, 5)))
    assert found.verdict()[0] == "Die Mitglieder messen fast dasselbe (Cronbachs Alpha 0,99)."
    assert "; 6 weitere Paare. Was sie gemeinsam zeigen" in found.verdict()[2]
    assert "; 1 weiteres Paar" in auditing._listed(list(found.flags[:5]))


def test_verdict_of_members_that_have_nothing_in_common() -> None:
    said = audit(own(equal(0.05, 4))).verdict()
    assert said[0] == (
        "Die Mitglieder messen Verschiedenes (Cronbachs Alpha 0,17); "
        "ein gemeinsamer Index verdeckt, worin sich die Gebiete unterscheiden."
    )
    # Partial correlations 0.05/1.1: KMO = 0.05² / (0.05² + 0.0455²) = 0.55.
    words = "Für Gewichte aus den Daten (Hauptkomponente) eignen sich die Mitglieder kaum (KMO-Maß 0,55)."
    assert said[2] == words


def test_verdict_on_weights_and_removal() -> None:
    found = audit(own(np.eye(3), weights={"a": 1, "b": 2, "c": 3}))
    said = found.verdict()
    assert "Das Mitglied „c“ hat 50\u00a0% des Gewichts, trägt aber 64\u00a0% der Unterschiede im Index." in said
    least, top = 100 * found.removed["kept"].min(), found.removed["kept"].idxmin()
    words = f"Am meisten hängt an „{top}“: Ohne dieses Mitglied behalten {least:.0f}\u00a0% der Gebiete ihre Klasse."
    assert words in said
    bare = audit(own(np.eye(3), classes=None, weights={"a": 1, "b": 2, "c": 3}))
    shift = f"{bare.removed['mean_shift'].max():.1f}".replace(".", ",")
    assert bare.verdict()[-1] == (
        f"Am meisten hängt an „c“: Ohne dieses Mitglied rückt ein Gebiet im Mittel um {shift} Plätze auf oder ab."
    )


def influenced(found: Audit, changes: int) -> str:
    table = found.influence.copy()  # type: ignore[union-attr]
    table["class_changes"] = 0
    table.loc["007", "class_changes"] = changes
    return replace(found, influence=table).verdict()[-1]


def test_verdict_on_single_districts() -> None:
    found = audit(own())
    start = "Den größten Einfluss auf andere hat das Gebiet 007: Fiele es weg, "
    assert influenced(found, 0) == "Kein einzelnes Gebiet bestimmt die Klassen der anderen."
    assert influenced(found, 1) == start + "würde 1 anderes Gebiet die Klasse wechseln."
    assert influenced(found, 3) == start + "würden 3 andere Gebiete die Klasse wechseln."


def test_notes_say_what_the_figures_rest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = own().values.copy()
    frame.iloc[3, 1] = np.nan
    found = audit(base_from(frame, missing=Missing(rule="available"), classes=FOUR))
    assert found.n == 59
    assert [one.what for one in found.notes] == [
        "Zusammenhänge beruhen auf 59 von 60 Gebieten; den übrigen fehlt mindestens ein Wert."
    ]
    monkeypatch.setattr(auditing, "MANY", 50)
    many = audit(own())
    assert many.influence is None
    assert many.notes[0].what == "Bei mehr als 50 Gebieten wird der Einfluss einzelner Gebiete nicht berechnet."
    frame["d"] = frame["a"] + 1
    same = audit(base_from(frame.dropna()))
    assert same.notes[0].what.startswith("Ein Mitglied ergibt sich rechnerisch aus den anderen")


def test_an_audit_keeps_its_steps() -> None:
    found = audit(own())
    assert found.correlations.to_numpy() == pytest.approx(equal(0.6, 4))
    assert found.loadings.shape == (4, 4)
    assert found.alpha_without.to_numpy() == pytest.approx(np.full(4, 3 * 0.6 / 2.2))
    assert np.isnan(audit(own(equal(0.5, 2))).alpha_without).all()
    with pytest.raises(AttributeError):
        found.alpha = 1.0  # type: ignore[misc]


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_order_of_districts_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(25, 3)) + rng.normal(size=(25, 1)), columns=list("abc"))
    frame.index = [str(one) for one in frame.index]
    how = Aggregate(method="arithmetic")
    one = audit(base_from(frame, classes=FOUR, aggregate=how))
    other = audit(base_from(frame.sample(frac=1, random_state=seed), classes=FOUR, aggregate=how))
    assert one.alpha == pytest.approx(other.alpha)
    assert one.kmo == pytest.approx(other.kmo)
    assert one.weights.to_numpy() == pytest.approx(other.weights.to_numpy())
    assert one.removed["mean_shift"].to_numpy() == pytest.approx(other.removed["mean_shift"].to_numpy())
