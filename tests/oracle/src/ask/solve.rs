//! Every state of a conversation, from the last question backwards.

use super::{Instance, Question};

/// What is to be expected of every state.
pub struct Solution<'i> {
    questions: &'i [Question],
    /// By state: the routes that come out, as bits.
    routes: Vec<u128>,
    /// By state: the least expected cost, times the totals of all questions that are open in it.
    costs: Vec<i128>,
    /// The weight of a digit in the number of a state.
    places: Vec<usize>,
}

impl<'i> Solution<'i> {
    /// Solves an instance; `route_of` gives the number of the route when every question has its answer.
    pub fn new(instance: &'i Instance, route_of: &mut dyn FnMut(&[Option<usize>]) -> u32) -> Self {
        let questions = &instance.questions;
        let mut places = Vec::new();
        let mut count = 1;
        for question in questions {
            places.push(count);
            count *= question.answers.len() + 1;
        }
        let mut solution = Self {
            questions,
            routes: vec![0; count],
            costs: vec![-1; count],
            places,
        };
        let state = vec![None; questions.len()];
        solution.fill(&state, route_of);
        solution
    }

    fn number(&self, state: &[Option<usize>]) -> usize {
        let digits = state.iter().zip(&self.places);
        digits
            .map(|(answer, place)| answer.map_or(0, |answer| answer + 1) * place)
            .sum()
    }

    fn fill(&mut self, state: &[Option<usize>], route_of: &mut dyn FnMut(&[Option<usize>]) -> u32) {
        let number = self.number(state);
        if self.costs[number] >= 0 {
            return;
        }
        let open: Vec<usize> = (0..state.len()).filter(|at| state[*at].is_none()).collect();
        let Some(first) = open.first() else {
            self.routes[number] = 1 << route_of(state);
            self.costs[number] = 0;
            return;
        };
        for question in &open {
            for answer in 0..self.questions[*question].answers.len() {
                self.fill(&with(state, *question, answer), route_of);
            }
        }
        for answer in 0..self.questions[*first].answers.len() {
            self.routes[number] |= self.routes[self.number(&with(state, *first, answer))];
        }
        let costs = open.iter().map(|question| self.cost_of(state, *question));
        let least = costs.min().expect("something is open");
        self.costs[number] = if self.routes[number].count_ones() > 1 {
            least
        } else {
            0
        };
    }

    /// The cost of asking something first and then the best, in the same unit as that of the state.
    pub fn cost_of(&self, state: &[Option<usize>], question: usize) -> i128 {
        let asked = &self.questions[question];
        let mut cost = asked.cost * self.unit(state);
        for (answer, given) in asked.answers.iter().enumerate() {
            cost += given.weight * self.costs[self.number(&with(state, question, answer))];
        }
        cost
    }

    /// What a cost of one thousandth is in a state.
    pub fn unit(&self, state: &[Option<usize>]) -> i128 {
        let open = state
            .iter()
            .zip(self.questions)
            .filter(|(answer, _)| answer.is_none());
        open.map(|(_, question)| question.total()).product()
    }

    /// The least expected cost, in units of the state.
    pub fn cost(&self, state: &[Option<usize>]) -> i128 {
        self.costs[self.number(state)]
    }

    /// Whether no answer can change the route.
    pub fn is_over(&self, state: &[Option<usize>]) -> bool {
        self.routes[self.number(state)].count_ones() == 1
    }

    /// Whether two combinations of answers that differ in this question only lead to different routes.
    pub fn can_change(&self, state: &[Option<usize>], question: usize) -> bool {
        let other = (0..state.len()).find(|at| *at != question && state[*at].is_none());
        match other {
            Some(other) => (0..self.questions[other].answers.len())
                .any(|answer| self.can_change(&with(state, other, answer), question)),
            None => !self.is_over(state),
        }
    }

    /// What a policy costs, in units of the state; it says what to ask in a state, or that it is over.
    pub fn policy_cost(
        &self,
        state: &[Option<usize>],
        policy: &mut dyn FnMut(&[Option<usize>]) -> Option<usize>,
    ) -> i128 {
        let Some(question) = policy(state) else {
            return 0;
        };
        let asked = &self.questions[question];
        let mut cost = asked.cost * self.unit(state);
        for (answer, given) in asked.answers.iter().enumerate() {
            cost += given.weight * self.policy_cost(&with(state, question, answer), policy);
        }
        cost
    }
}

/// A state with one more answer.
pub fn with(state: &[Option<usize>], question: usize, answer: usize) -> Vec<Option<usize>> {
    let mut state = state.to_vec();
    state[question] = Some(answer);
    state
}
